"""What can be seen of a network while it learns: one probe = one file."""
