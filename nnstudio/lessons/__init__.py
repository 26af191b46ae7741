"""Lessons: one lesson = one file. Text, a project to begin with, and goals that are checked."""
