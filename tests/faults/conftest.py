"""What the small trials share: the demo community loaded now, the model, one Bot API server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.classify import StaleModel
from nlu.corpus import MODEL
from nlu.train import train
from nlu.understand import Understanding
from tests import postgres
from tests.conftest import ROOT
from tests.faults.stage import Stage, loaded
from tests.telegram.bot_api import Server


@pytest.fixture(scope="session")
def fault_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that fits the examples in the tree."""
    try:
        Understanding.load(MODEL)
        return MODEL
    except StaleModel:
        own = tmp_path_factory.mktemp("model")
        train(ROOT / "nlu" / "examples", own)
        return own


@pytest.fixture(scope="session")
def stage(
    tmp_path_factory: pytest.TempPathFactory, fault_model: Path, cluster: postgres.Cluster | None
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("faults")
    server = Server()
    server.start()
    yield Stage(folder=folder, template=loaded(folder), model=fault_model, server=server, cluster=cluster)
    server.stop()
