"""Tests of training: sessions from their first step to the last, without a window."""
