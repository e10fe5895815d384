"""设置: categories, working time, days and the bot's sentences, each with its changes and the way back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from actions import settings
from bot import texts
from domain.calendar import BEIJING
from domain.community import CategoryRow
from domain.errors import NotFound
from domain.events import Event
from domain.people import Person
from domain.settings import Edit, Kind
from storage import desk_history
from storage import settings as rows
from web.desk.visit import Visit

HOME = "/desk/settings"
LAST = 20  # changes that are listed
FOUND = 40  # sentences that a search lists
COMING = 45  # days ahead whose holidays are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change as people read it."""

    event: Event
    who: str
    what: str
    steps: list[tuple[str, str, str]]  # field, before, after
    stand: int  # of the thing now: what a way back has to have seen


# -- the pages -------------------------------------------------------------------------------------
def page(visit: Visit) -> Response:
    """Everything that can be set, and the last changes."""
    settings.must_change(visit.actor)
    known = visit.community
    hours = known.calendar.hours
    edited = rows.every(visit.tx)
    return visit.page(
        "settings.html",
        categories=[
            (key, known.category_name(key, visit.locale), row, (Kind.CATEGORY, key) in edited)
            for key, row in known.categories.items()
        ],
        spans=[*hours.spans, ("", ""), ("", "")][: max(2, len(hours.spans))],
        hours=hours,
        hours_seen=settings.stand(rows.edit(visit.tx, Kind.HOURS, "")),
        days=_days(visit),
        days_seen=settings.stand(rows.edit(visit.tx, Kind.DAYS, "")),
        calendar=known.calendar,
        today=visit.now.astimezone(BEIJING).date(),
        sentences=sum(kind is Kind.TEXT for kind, _ in edited),
        history=_history(visit, None),
    )


def _days(visit: Visit) -> list[tuple[date, bool, bool]]:
    """The days ahead that are no plain weekdays: day, whether it works, whether a desk said so."""
    edit = rows.edit(visit.tx, Kind.DAYS, "")
    own = {date.fromisoformat(day) for day in edit.fields} if edit else set()
    today, calendar = visit.now.astimezone(BEIJING).date(), visit.community.calendar
    until = today + timedelta(days=COMING)
    return [
        (day, works, day in own)
        for day, works in sorted(calendar.days.items())
        if today <= day and (day <= until or day in own)
    ]


def category(visit: Visit) -> Response:
    """One category."""
    settings.must_change(visit.actor)
    key = str(visit.request.path_params["key"])
    row, base = visit.community.categories.get(key), rows.category(visit.tx, key)
    if row is None or base is None:
        raise NotFound()
    edit = rows.edit(visit.tx, Kind.CATEGORY, key)
    return visit.page(
        "setting_category.html",
        row=row,
        base=base,
        title=visit.community.category_name(key, visit.locale),
        locales=texts.LOCALES,
        reaches=("unit", "building", "estate"),
        given=_given(visit, row),
        seen=settings.stand(edit),
        history=_history(visit, [edit.id] if edit else []),
    )


def _given(visit: Visit, row: CategoryRow) -> dict[str, str]:
    """What stands in the fields: what was just written there, else what holds."""
    holds = {f"name_{locale}": row.names.get(locale, "") for locale in texts.LOCALES} | {
        "first": "、".join(row.first),
        "next": "、".join(row.next),
        "sign": row.sign,
        "answer": row.answer,
        "private": "yes" if row.private else "",
        "lapse_days": str(row.lapse_days),
        "merge_hours": str(row.merge_hours),
        "merge_at": row.merge_at,
    }
    return {name: visit.told(name) for name in holds} if visit.form else holds


def sentences(visit: Visit) -> Response:
    """Sentences by a word of theirs or of their key."""
    settings.must_change(visit.actor)
    asked = visit.told("q").casefold()
    own = visit.community.texts
    keys = [key for key in texts.sentences(texts.LOCALES[0]) if texts.may_change(key)]
    said = [(key, texts.sentence(visit.locale, key), key in own) for key in keys]
    if asked:
        said = [one for one in said if asked in one[0].casefold() or asked in one[1].casefold()]
    else:
        said = [one for one in said if one[2]]
    return visit.page("setting_texts.html", q=visit.told("q"), found=said[:FOUND], count=len(said))


def sentence(visit: Visit) -> Response:
    """One sentence in its languages."""
    settings.must_change(visit.actor)
    key = str(visit.request.path_params["key"])
    if not texts.may_change(key):
        raise NotFound()
    edit = rows.edit(visit.tx, Kind.TEXT, key)
    own = edit.fields if edit else {}
    return visit.page(
        "setting_text.html",
        key=key,
        languages=[
            (
                locale,
                visit.told(locale) if visit.form else own.get(locale, ""),
                own.get(locale, ""),
                texts.default(locale, key),
            )
            for locale in texts.LOCALES
        ],
        seen=settings.stand(edit),
        history=_history(visit, [edit.id] if edit else []),
    )


# -- what changed ----------------------------------------------------------------------------------
def _history(visit: Visit, edits: Collection[int] | None) -> list[Changed]:
    """The last changes of these, or of all."""
    happened = desk_history.of_settings(visit.tx, edits, LAST)
    return [found for event in happened if (found := _changed(visit, event)) is not None]


def _changed(visit: Visit, event: Event) -> Changed | None:
    edit = rows.by_id(visit.tx, event.subject_id)
    if edit is None:
        return None
    kind, key = edit.kind, edit.key
    person = visit.tx.get(Person, event.actor_id)
    what = visit.say(f"settings.{kind}")
    if kind is Kind.CATEGORY:
        what = visit.community.category_name(key, visit.locale)
    elif kind is Kind.TEXT:
        what = key
    before, after = event.data["before"], event.data["after"]
    return Changed(
        event=event,
        who=person.name if person else "",
        what=what,
        steps=[
            (_field(visit, kind, one), _value(visit, edit, one, before[one]), _value(visit, edit, one, value))
            for one, value in after.items()
        ],
        stand=settings.stand(edit),
    )


def _field(visit: Visit, kind: Kind, name: str) -> str:
    if kind is Kind.DAYS:
        return name
    if kind is Kind.TEXT:
        return visit.word(f"language.{name}")
    return visit.say(f"settings.field.{name}")


def _value(visit: Visit, edit: Edit, field: str, value: Any) -> str:
    """A value as people read it. None: a day like others of its weekday, or a sentence as it came."""
    if value is None:
        return visit.say("settings.plain_day") if edit.kind is Kind.DAYS else texts.default(field, edit.key)
    if edit.kind is Kind.DAYS:
        return visit.say("settings.day_work" if value else "settings.day_off")
    if isinstance(value, bool):
        return visit.say("settings.yes" if value else "settings.no")
    if isinstance(value, dict):
        return " / ".join(value.values())
    if isinstance(value, list):
        parts = ["-".join(one) if isinstance(one, list) else _listed(visit, one) for one in value]
        return "、".join(parts)
    return str(value)


def _listed(visit: Visit, value: Any) -> str:
    """One of a list: a weekday is a number."""
    return visit.say(f"month.day_{value}") if isinstance(value, int) else str(value)


# -- changing --------------------------------------------------------------------------------------
def _done(where: str, edit: Edit | None) -> str:
    return f"{where}?said={'set' if edit else 'set_nothing'}"


def set_category(visit: Visit) -> str:
    """Raises what the action raises."""
    key = str(visit.request.path_params["key"])
    names = [*(f"name_{locale}" for locale in texts.LOCALES), "first", "next", "sign", "answer",
             "lapse_days", "merge_hours", "merge_at"]  # fmt: skip
    told = {name: visit.told(name) for name in names} | {"private": visit.told("private")}
    edit = settings.change_category(visit.tx, visit.actor, key, told, visit.number("seen"), visit.now)
    return _done(f"{HOME}/category/{key}", edit)


def set_hours(visit: Visit) -> str:
    """Two spans with lunch between them, or one."""
    pairs = zip(visit.form.getlist("from"), visit.form.getlist("until"), strict=False)
    spans = [f"{begins}-{ends}" for begins, ends in pairs if begins or ends]
    days = [int(day) for day in map(str, visit.form.getlist("weekday")) if day in set("0123456")]
    edit = settings.change_hours(visit.tx, visit.actor, spans, days, visit.number("seen"), visit.now)
    return _done(HOME, edit)


def set_days(visit: Visit) -> str:
    """Free, working, or as the calendar has it."""
    chosen = {"off": False, "work": True}.get(visit.told("how"))
    first, last = visit.told("first"), visit.told("last")
    edit = settings.change_days(visit.tx, visit.actor, first, last, chosen, visit.number("seen"), visit.now)
    return _done(HOME, edit)


def set_sentence(visit: Visit) -> str:
    """Own words in some languages; an empty field is the sentence as it came."""
    key = str(visit.request.path_params["key"])
    if not texts.may_change(key):
        raise NotFound()
    own = {locale: "" if visit.told("reset") else visit.told(locale) for locale in texts.LOCALES}
    defaults = {locale: texts.default(locale, key) for locale in texts.LOCALES}
    edit = settings.change_text(visit.tx, visit.actor, key, own, defaults, visit.number("seen"), visit.now)
    return _done(f"{HOME}/text/{key}", edit)


def put_back(visit: Visit) -> str:
    """One change is taken back. Raises ChangedMeanwhile when there is a newer one that was not seen."""
    edit = settings.undo(visit.tx, visit.actor, visit.key("event"), visit.number("seen"), visit.now)
    where = {Kind.CATEGORY: f"{HOME}/category/{edit.key}", Kind.TEXT: f"{HOME}/text/{edit.key}"}
    return f"{where.get(edit.kind, HOME)}?said=set_back"
