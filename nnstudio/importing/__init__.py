"""Import: models that others made."""
