"""Tests of the graph and its edits."""
