"""Hidden units over sentence vectors: one straight line does not part all meanings of danger from others."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

UNITS = 256
ROUNDS = 6  # through all sentences; after more, the vectors are surer than right
SHARE = 0.1  # what they weigh beside the grams, of 0.05, 0.1 and 0.15
_WIDER = 8.0  # the numbers of a vector are small, and the first steps of learning with them


def learn(dense: Any, apart: Any, label: int, labels: int) -> dict[str, Any]:
    """Arrays of a head whose scores for one label are lowered by what is apart from it."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    from nlu.lessons import SEED

    machine = MLPClassifier(
        (UNITS,),
        alpha=0.01,
        batch_size=min(256, len(dense)),
        learning_rate_init=0.002,
        max_iter=ROUNDS,
        random_state=SEED,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # to stop early is meant
        machine.fit(_WIDER * dense.astype(np.float32), apart)
    weights = np.zeros((UNITS, labels))
    weights[:, label] = -SHARE * machine.coefs_[1].ravel()
    bias = np.zeros(labels)
    bias[label] = -SHARE * machine.intercepts_[1].item()
    return {
        "beside_inner": (_WIDER * machine.coefs_[0]).astype(np.float16),
        "beside_inner_bias": machine.intercepts_[0].astype(np.float32),
        "beside_weights": weights.astype(np.float16),
        "beside_bias": bias.astype(np.float32),
    }
