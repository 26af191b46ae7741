"""Published data sets that are fetched on request. One set, or one family of sets, is one file."""
