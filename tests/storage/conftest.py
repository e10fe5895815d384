"""Databases with nothing in them, not even tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.secret import Cipher
from storage.store import Store
from tests import postgres
from tests.conftest import KEY


@pytest.fixture(params=["sqlite", "postgres"])
def bare_url(
    request: pytest.FixtureRequest, tmp_path: Path, cluster: postgres.Cluster | None
) -> Iterator[str]:
    """The address of a database without tables, on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    if cluster is None:
        pytest.skip("PostgreSQL's programs are not installed")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def bare(bare_url: str) -> Iterator[Store]:
    store = Store(bare_url, Cipher(KEY))
    yield store
    store.close()
