"""The demo community for people who act at the same moment."""

from __future__ import annotations

import pytest

from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(demo_store, understanding)
