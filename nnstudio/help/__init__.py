"""Help: a page for everything that has a name, made from the thing itself; the window and the terminal show it."""
