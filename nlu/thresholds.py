"""From which confidence on what is done; chosen by cost on development sentences (docs/nlu.md)."""

from __future__ import annotations

# The least cost where a wrong silent start costs 20 and a question 1: `python -m benchmarks.nlu`.
SURE = 0.70

# Below SURE, a guess from here on is worth a button: lower ones never add the right one on these sentences.
MAYBE = 0.15

# In the middle of a flow another subject must be surer than a first message: an answer is far more likely.
SWITCH = 0.80
