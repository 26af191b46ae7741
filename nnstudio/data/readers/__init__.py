"""Ways to read a file or a folder as a data set. One way is one file."""
