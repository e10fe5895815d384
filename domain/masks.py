"""What stands for a name or a number where they are not to be read."""

from __future__ import annotations

WHOLE = 11  # digits of a mobile number


def masked_name(name: str) -> str:
    """李*, 王**: enough to know of whom one speaks; never the whole of a name."""
    return name[:1] + "*" * min(2, len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked_phone(phone: str) -> str:
    """138****8000; of a shorter number, such as a landline without its code, only the last two."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= WHOLE else "****" + phone[-2:] * (len(phone) > 5)
