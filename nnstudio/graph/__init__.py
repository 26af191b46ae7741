"""The document: an immutable graph of layers, and pure edits of it."""
