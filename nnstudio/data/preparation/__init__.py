"""The steps between stored numbers and a network's inputs. One step is one file."""
