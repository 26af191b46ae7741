"""Projects: one file that holds the model, its settings, its weights and where the training stood."""
