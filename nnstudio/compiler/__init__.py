"""The compiler: from a graph to a plan, or to a list of problems, each on its node."""
