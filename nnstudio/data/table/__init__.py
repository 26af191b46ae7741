"""Tables of text: from bytes over lines, rows and columns to inputs and targets, one step a module."""
