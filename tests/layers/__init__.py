"""Tests of single layers and what they stand on."""
