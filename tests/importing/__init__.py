"""Import: models that others made answer here as they answered there."""
