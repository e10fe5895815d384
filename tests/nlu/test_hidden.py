"""Hidden units over sentence vectors part what no straight line parts, and touch one label alone."""

from __future__ import annotations

import numpy as np

from nlu import hidden
from nlu.classify import beside_of

DANGER, NONE, OTHER = 0, 1, 2


def corners() -> tuple[np.ndarray, np.ndarray]:
    """Points near the corners of a square, those of one diagonal apart from those of the other."""
    chance = np.random.default_rng(1)
    points = chance.choice((-0.5, 0.5), size=(4000, 2))
    return points + chance.normal(scale=0.05, size=points.shape), points[:, 0] * points[:, 1] > 0


def test_one_label_is_lowered_where_danger_is_and_no_other_label_is_touched():
    points, apart = corners()
    scores = beside_of(hidden.learn(points, apart, NONE, 3), 1.0).scores(points.astype(np.float32))
    assert ((scores[:, NONE] < 0) == apart).mean() > 0.99
    assert not scores[:, [DANGER, OTHER]].any()


def test_learning_twice_gives_the_same_numbers():
    points, apart = corners()
    one, two = (hidden.learn(points, apart, NONE, 2) for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in one)
