"""What goes wrong on purpose: real processes, a Bot API server on loopback, and a count of what became of it.

`make faults` runs every trial in full; tests/faults/test_small.py runs a small version of each.
"""
