"""The engine: plans become programs of NumPy calls on memory that is made once."""
