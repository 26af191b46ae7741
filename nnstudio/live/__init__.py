"""A training that is watched: commands go in, messages come out, probes look at the network between two batches."""
