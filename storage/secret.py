"""Encryption of columns. The key lives in a file beside the configuration, never in the database."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken


class WrongKey(Exception):
    """The key does not open what is in the database."""


class Cipher:
    """Encrypts and finds secret columns with one key."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._index_key = hashlib.sha256(b"index" + key).digest()
        self.read = lru_cache(maxsize=4096)(self._read)

    @classmethod
    def from_file(cls, path: Path) -> Cipher:
        """Reads the key, or makes one that only this user may read."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
        return cls(path.read_bytes().strip())

    def write(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def _read(self, stored: str) -> str:
        if not stored:
            return ""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken:
            raise WrongKey from None

    def seal(self, content: bytes) -> bytes:
        """A whole file, encrypted; nothing of it is remembered."""
        return self._fernet.encrypt(content)

    def unseal(self, stored: bytes) -> bytes:
        try:
            return self._fernet.decrypt(stored)
        except InvalidToken:
            raise WrongKey from None

    def index(self, text: str) -> str:
        """A keyed hash: the same text gives the same index, and only with this key."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()
