"""The chapters of the help: one chapter = one file, which makes its pages."""
