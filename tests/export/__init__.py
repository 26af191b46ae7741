"""Exports, run by what they were made for."""
