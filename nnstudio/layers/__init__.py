"""The layers: one file each, with its fields, its shape rule, its mathematics and its names elsewhere."""
