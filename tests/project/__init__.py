"""Tests of project files and templates."""
