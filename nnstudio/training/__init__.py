"""Training: a session that steps through batches, without threads of its own and without a window."""
