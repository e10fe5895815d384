"""No intent and no set of dangers falls below what was reached; `linli nlu record` writes the figures."""

from __future__ import annotations

import pytest

from domain.labels import Intent
from nlu import recorded, vectors
from nlu.understand import Understanding


def test_nothing_falls_with_characters_alone(understanding: Understanding):
    held = recorded.read()["characters"]
    assert held.keys() >= {str(intent) for intent in Intent} - {"help", "cancel"}
    assert recorded.fallen(held, recorded.figures(understanding)) == {}


@pytest.mark.skipif(not vectors.installed(), reason="the vectors extra is not installed")
def test_nothing_falls_with_vectors(understanding: Understanding):
    both = understanding.with_vectors(wait=True)
    if both is understanding:
        pytest.skip("the model was trained without vectors")
    assert recorded.fallen(recorded.read().get("vectors", {}), recorded.figures(both)) == {}


def test_a_fall_of_more_than_two_points_is_named():
    assert recorded.fallen({"greet": 0.9, "help": 0.8}, {"greet": 0.881, "help": 0.77}) == {
        "help": (0.8, 0.77)
    }
