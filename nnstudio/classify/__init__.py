"""From a drawing or a picture to the network's input, to its answer, and to why it answers so. No window."""
