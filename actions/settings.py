"""设置: categories, working time, days and sentences, changed at a desk over what the files say.

Cases that are there keep the times they were promised; what is changed counts for whatever is reckoned from
now on. `linli load` writes below it: what a desk has changed stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from domain.access import Actor
from domain.calendar import BEIJING
from domain.community import CategoryRow, Hours
from domain.errors import BadSetting, ChangedMeanwhile, NotAllowed, NotFound
from domain.events import Event
from domain.people import RUNS_A_QUEUE
from domain.settings import Edit, Kind, changes, differing, fits, put_back
from storage import loading
from storage import settings as rows
from storage.community_files import Line, Problem, cells, looks_too_late, parse_category
from storage.tx import Tx

OF_CATEGORY = (
    "names", "first", "next", "sign", "answer", "private", "lapse_days", "merge_hours", "merge_at",
)  # fmt: skip
"""What a desk may change of a category. Whether it is an emergency stays with the files."""

LONGEST = 1000  # characters of a sentence
DAYS_AT_ONCE = 31
AHEAD = timedelta(days=800)


def may_change(by: Actor) -> bool:
    """These hold for everybody, so whoever runs the queue that covers everybody: the community's staff, or
    the level above where there are several communities."""
    duty = by.community.duty().id
    return any(by.community.is_within(duty, mine) for mine in by.units(RUNS_A_QUEUE))


def must_change(by: Actor) -> None:
    """Raises NotAllowed."""
    if not may_change(by):
        raise NotAllowed()


def stand(edit: Edit | None) -> int:
    """Counts the changes of one thing: what somebody saw, so that nothing newer is overwritten."""
    return edit.version + 1 if edit else 0


# -- each kind -------------------------------------------------------------------------------------
def change_category(
    tx: Tx, by: Actor, key: str, told: Mapping[str, str], seen: int, now: datetime
) -> Edit | None:
    """`told` are cells as a sheet of categories has them. Raises NotFound, BadSetting, ChangedMeanwhile."""
    must_change(by)
    base = rows.category(tx, key)
    if base is None:
        raise NotFound()
    problems: list[Problem] = []
    line = Line("", 0, {"key": key, **{name: cells.clean(text) for name, text in told.items()}}, {}, problems)
    given = parse_category(line)
    if problems:
        raise BadSetting(problems[0].key, **problems[0].facts)
    own = replace(base, **{name: getattr(given, name) for name in OF_CATEGORY})
    _sensible([own], by.community.calendar.hours)
    return _change(tx, by, Kind.CATEGORY, key, differing(_json(own), _json(base)), seen, now)


def change_hours(
    tx: Tx, by: Actor, spans: Sequence[str], weekdays: Sequence[int], seen: int, now: datetime
) -> Edit | None:
    """`spans` are "09:00-12:00" in their order. Raises BadSetting, ChangedMeanwhile."""
    must_change(by)
    read: list[tuple[str, str]] = []
    for text in spans:
        span = cells.clock_span(text)
        if span is None or (read and span[0] < read[-1][1]):
            raise BadSetting("loading.bad_hours", value=text)
        read.append(span)
    days = sorted({day for day in weekdays if 0 <= day <= 6})
    if not read or not days:
        raise BadSetting("loading.bad_hours" if not read else "loading.bad_weekdays", value="")
    _sensible(list(by.community.categories.values()), replace(rows.hours(tx), spans=tuple(read)))
    own = {"spans": [list(span) for span in read], "weekdays": days}
    return _change(tx, by, Kind.HOURS, "", differing(own, _files(tx, Kind.HOURS, "")), seen, now)


def change_days(
    tx: Tx, by: Actor, first: str, last: str, works: bool | None, seen: int, now: datetime
) -> Edit | None:
    """Days that work or are free whatever the calendar says; None gives them back to it.

    Raises BadSetting for what is no day, over, or too many, ChangedMeanwhile.
    """
    must_change(by)
    asked = cells.days(f"{first}..{last or first}")
    today = now.astimezone(BEIJING).date()
    if not asked or len(asked) > DAYS_AT_ONCE or asked[0] < today or asked[-1] > today + AHEAD:
        raise BadSetting("loading.bad_date", value=f"{first}..{last}" if last else first)
    known = rows.edit(tx, Kind.DAYS, "")
    fields = dict(known.fields) if known else {}
    for day in asked:
        fields.pop(day.isoformat(), None)
        if works is not None:
            fields[day.isoformat()] = works
    return _change(tx, by, Kind.DAYS, "", differing(fields, _files(tx, Kind.DAYS, "")), seen, now)


def change_text(
    tx: Tx, by: Actor, key: str, own: Mapping[str, str], defaults: Mapping[str, str], seen: int, now: datetime
) -> Edit | None:
    """A sentence in some languages; an empty one is ours again. Raises BadSetting when its gaps differ."""
    must_change(by)
    fields: dict[str, str] = {}
    for locale, default in defaults.items():
        words = "\n".join(cells.clean(line) for line in own.get(locale, "").splitlines()).strip()
        if not words or words == default:
            continue
        if len(words) > LONGEST:
            raise BadSetting("loading.too_long", limit=LONGEST)
        if not fits(words, default):
            raise BadSetting("loading.wrong_gaps", language=locale)
        fields[locale] = words
    return _change(tx, by, Kind.TEXT, key, fields, seen, now)


# -- what all of them do ---------------------------------------------------------------------------
def _change(
    tx: Tx, by: Actor, kind: Kind, key: str, fields: dict[str, Any], seen: int, now: datetime
) -> Edit | None:
    """One change with its event; None when it is none."""
    known = rows.edit(tx, kind, key)
    if stand(known) != seen:
        raise ChangedMeanwhile()
    before, after = changes(known.fields if known else {}, fields)
    if not after:
        return None
    files = _files(tx, kind, key)
    wanted = Edit(kind=kind, key=key, fields=fields, changed_at=now, changed_by=by.id)
    kept = rows.put(tx, known, wanted)
    tx.add(
        Event(
            kind="setting_changed",
            at=now,
            subject="setting",
            subject_id=kept.id,
            actor_id=by.id,
            unit_id=by.community.duty().id,
            data={
                "kind": str(kind),
                "key": key,
                "before": {name: files.get(name) if old is None else old for name, old in before.items()},
                "after": {name: files.get(name) if new is None else new for name, new in after.items()},
                "back": before,  # None: what the files say
            },
        )
    )
    loading.new_version(tx)
    return kept


def _files(tx: Tx, kind: Kind, key: str) -> dict[str, Any]:
    """What the files say of a thing, as JSON gives it back; nothing of a sentence."""
    if kind is Kind.CATEGORY:
        base = rows.category(tx, key)
        return _json(base) if base else {}
    if kind is Kind.HOURS:
        hours = rows.hours(tx)
        return {"spans": [list(span) for span in hours.spans], "weekdays": list(hours.weekdays)}
    if kind is Kind.DAYS:
        return {day.isoformat(): works for day, works in rows.days(tx).items()}
    return {}


def undo(tx: Tx, by: Actor, event_id: int, seen: int, now: datetime) -> Edit:
    """Puts back what one change took away. Raises NotFound, ChangedMeanwhile, BadSetting."""
    must_change(by)
    event = tx.get(Event, event_id)
    edit = rows.by_id(tx, event.subject_id) if event and event.kind == "setting_changed" else None
    if event is None or edit is None:
        raise NotFound()
    fields = put_back(edit.fields, event.data["back"])
    if edit.kind is Kind.CATEGORY and (base := rows.category(tx, edit.key)):
        _sensible([rows.laid_over(base, fields)], by.community.calendar.hours)
    if edit.kind is Kind.HOURS:
        spans = tuple((a, b) for a, b in fields.get("spans", rows.hours(tx).spans))
        _sensible(list(by.community.categories.values()), replace(rows.hours(tx), spans=spans))
    return _change(tx, by, edit.kind, edit.key, fields, seen, now) or edit


def _sensible(several: Sequence[CategoryRow], hours: Hours) -> None:
    """Nobody is to look at a case later than it must be answered."""
    for row in several:
        if looks_too_late(row, hours):
            raise BadSetting("loading.sign_after_answer", sign=row.sign, answer=row.answer)


def _json(row: CategoryRow) -> dict[str, Any]:
    """The changeable fields as JSON gives them back."""
    found = asdict(row)
    return {
        name: list(found[name]) if isinstance(found[name], tuple) else found[name] for name in OF_CATEGORY
    }
