"""Signatures of webhooks after Standard Webhooks: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret


def key_of(secret: str) -> bytes:
    """The key in a secret `whsec_…`. Raises ValueError for one that is malformed, too short or too long."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as wrong:
        raise ValueError("not base64") from wrong
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"a secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return key


def secret_of(key: bytes) -> str:
    return PREFIX + base64.b64encode(key).decode()


def signed(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers of one attempt to send a message."""
    moment = str(int(at.timestamp()))
    said = f"{message_id}.{moment}.{body}".encode()
    digest = hmac.new(key_of(secret), said, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
