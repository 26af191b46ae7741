"""Tests of a training that is watched: the host without a thread, then the worker with one."""
