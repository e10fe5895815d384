"""A trained understanding for every test, trained once however many workers run."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nlu import corpus
from nlu.classify import Model, StaleModel
from nlu.meaning import Meaning, NamedPlace
from nlu.train import train
from nlu.understand import Understanding

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PLACES = (
    NamedPlace(id=1, name="金桂苑", aliases=("桂苑小区",), community="桂湖社区"),
    NamedPlace(id=2, name="翠湖花园"),
    NamedPlace(id=3, name="万科城市花园"),
    NamedPlace(id=4, name="锦绣江南一期"),
    NamedPlace(id=5, name="锦绣江南二期"),
)


def fresh_model(shared: Path) -> Model:
    """The installed model when it fits the examples, else one trained next to the test run."""
    try:
        return Model.load()
    except StaleModel:
        pass
    folder = shared / f"nlu-{corpus.fingerprint()[:16]}"
    with open(shared / "nlu.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return Model.load(folder)
        except StaleModel:
            train(model_dir=folder)
            return Model.load(folder)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    base = tmp_path_factory.getbasetemp()
    return fresh_model(base.parent if base.name.startswith("popen-") else base)


@pytest.fixture(scope="session")
def understanding(model: Model) -> Understanding:
    return Understanding(model, PLACES)


@pytest.fixture(scope="session")
def meant(understanding: Understanding) -> Callable[[str], Meaning]:
    return lambda text: understanding.understand(text, NOW)
