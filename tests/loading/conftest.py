from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.schema import migrate
from storage.secret import Cipher
from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'linli.db'}", Cipher(Fernet.generate_key()))
    migrate(opened)
    yield opened
    opened.close()
