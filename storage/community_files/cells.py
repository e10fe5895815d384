"""What stands in one cell: cleaned text, and the few small languages cells are written in."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_PLAIN = re.compile(r"[ -~·—‘’“”…\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]*")
_SPACES = re.compile(r"\s+")
_HIDDEN = {"Cf", "Cs", "Co", "Cn", "Cc"}
_LIST = re.compile(r"[、;|；｜\n]")
_SECRETARY = re.compile(r"[书書⺹]\W*(?:[记記纪紀讫訖]|[讠言訁]\W*[己已巳])|支\W*书")
_MOBILE = re.compile(r"(?:\+?86)?1\d{10}")
_LANDLINE = re.compile(r"0\d{9,11}|[48]00\d{7}|\+(?!86)\d{7,14}")
_SHORT = re.compile(r"\d{3,8}")
_SPAN = re.compile(r"now|[1-9]\d{0,3}(?:h|d|wh|wd)")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d|24:00")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CHINESE_DAYS = {**dict(zip("一二三四五六日", _WEEKDAYS, strict=True)), "天": "SU"}
_DUTY = re.compile(r"([A-Z]{2})(?:-([A-Z]{2}))? (\d{1,2}:\d\d)-(\d{1,2}:\d\d)")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def clean(text: str) -> str:
    """The text without bidi, zero-width and control characters and stacked marks; single spaces."""
    if not _PLAIN.fullmatch(text):
        text = _visible(unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text).strip() if "  " in text or "\u3000" in text else text.strip()


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        if char.isspace():
            kept.append("\n" if char == "\n" else " ")
            continue
        if kind in _HIDDEN or "\ufe00" <= char <= "\ufe0f":
            continue
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if marks <= 1:
            kept.append(char)
    return "".join(kept)


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text (=…, @…, +A1, -A1) instead of showing it."""
    head = narrow(text[:2])
    return head[:1] in ("=", "@") or (head[:1] in ("+", "-") and len(head) > 1 and not head[1:].isdigit())


def words_of(text: str) -> tuple[str, ...]:
    """ "a、b;c|d" as ("a", "b", "c", "d"), each once."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, _LIST.split(text)))))


def claims_to_be_secretary(name: str) -> bool:
    """Whether a name reads as 书记, also written 書記, 书 记, 书·记, 书纪 or 讠己."""
    return bool(_SECRETARY.search(unicodedata.normalize("NFKC", name)))


def phone(text: str, *, office: bool = False) -> str | None:
    """The digits of a phone number, or None; offices may have short numbers such as 12345."""
    digits = re.sub(r"[\s\-–—()./·]", "", narrow(text))
    if _MOBILE.fullmatch(digits):
        return digits[-11:]
    if _LANDLINE.fullmatch(digits) or (office and _SHORT.fullmatch(digits)):
        return digits
    return None


def span(text: str) -> str | None:
    """ "now", "24h", "7d", "4wh", "3wd", or None."""
    lower = narrow(text).replace(" ", "").lower()
    return lower if _SPAN.fullmatch(lower) else None


def clock(text: str) -> str | None:
    """ "8:30" as "08:30", or None."""
    plain = narrow(text).replace(" ", "")
    return plain.zfill(5) if _CLOCK.fullmatch(plain) else None


def clock_span(text: str) -> tuple[str, str] | None:
    """ "9:00-12:00" as a pair that ends after it begins, or None."""
    begins, _, ends = re.sub(r"[–—~至到]", "-", narrow(text)).partition("-")
    first, last = clock(begins), clock(ends)
    return (first, last) if first and last and first < last else None


def weekdays(text: str) -> tuple[int, ...] | None:
    """ "MO-FR" or "周一至周五" or "MO、WE" as numbers from 0 = Monday, or None."""
    found: list[int] = []
    for part in re.split(r"[,、 ]+", _plain_days(text)):
        first, _, last = part.partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            return None
        span_of_days = range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1)
        if not span_of_days:
            return None
        found.extend(span_of_days)
    return tuple(sorted(set(found)))


def _plain_days(text: str) -> str:
    text = re.sub(r"[–—~至到]", "-", narrow(text)).strip()
    text = re.sub(r"(?:周|星期)([一二三四五六日天])", lambda m: _CHINESE_DAYS[m[1]], text)
    return text.upper()


def duty(text: str) -> str | None:
    """ "周一至周五 9:00-18:00；SA 9:00-12:00" as "MO-FR 09:00-18:00; SA 09:00-12:00", or None."""
    parts: list[str] = []
    for part in filter(None, (piece.strip() for piece in _plain_days(text).split(";"))):
        match = _DUTY.fullmatch(re.sub(r"\s*-\s*", "-", part))
        hours = match and clock_span(f"{match[3]}-{match[4]}")
        days = match and weekdays(f"{match[1]}-{match[2] or match[1]}")
        if not (match and hours and days):
            return None
        named = match[1] if match[2] is None else f"{match[1]}-{match[2]}"
        parts.append(f"{named} {hours[0]}-{hours[1]}")
    return "; ".join(parts)


def day(text: str) -> date | None:
    """ "2027-02-06", "2027/2/6" or "2027年2月6日" as a date, or None."""
    match = _DATE.fullmatch(narrow(text).strip())
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def days(text: str) -> list[date] | None:
    """One date, or "2027-02-05..2027-02-11" as each of its days; None for what is neither."""
    first, dots, last = text.partition("..")
    begins = day(first)
    ends = day(last) if dots else begins
    if begins is None or ends is None or not 0 <= (ends - begins).days <= 366:
        return None
    return [begins + timedelta(days=n) for n in range((ends - begins).days + 1)]
