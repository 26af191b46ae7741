"""The Doctor: what goes wrong in a training, found from its figures of health. One sign is one file."""
