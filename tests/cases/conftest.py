"""The demo community for people who stand behind one case."""

from __future__ import annotations

import pytest

from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage, hurried


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    return Stage(hurried(demo_store), understanding)
