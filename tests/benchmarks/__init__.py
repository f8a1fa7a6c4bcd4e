"""Benchmarks: made-up graphs of any size, and one command that measures who is how fast on them."""
