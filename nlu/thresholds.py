"""From which confidence on what is done; chosen by cost on development sentences (docs/understanding.md)."""

from __future__ import annotations

# A wrong silent start costs 20, a question 1 (`python -m benchmarks.nlu.thresholds`).
SURE = 0.85

# Right after a report, what is this sure is a matter of its own; the rest is added to the report. To add is
# to act, too: what lies between this and SURE is asked about.
OWN = 0.75

# Below SURE, a guess from here on is worth a button: lower ones never add the right one on these sentences.
MAYBE = 0.15

# In the middle of a flow, a message its question could not read: a bare word must not carry it off.
SWITCH = 0.80

# Characters surer than this are not doubted: sentence vectors, where installed, are asked only below it.
DOUBT = 0.95
