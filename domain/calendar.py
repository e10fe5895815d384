"""Working time, quiet hours and spans, in Beijing time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.community import Hours

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When offices work. `days` overrides weekdays: True a make-up working day, False a holiday."""

    hours: Hours = field(default_factory=Hours)
    days: dict[date, bool] = field(default_factory=dict)
    known_until: int = 0  # the last year whose holidays are published; 0: nobody has said
    source: str = ""  # where they are from, with its version

    def is_known(self, at: datetime) -> bool:
        """Whether the holidays of the year are known; beyond that weekdays and the community's file count."""
        return not self.known_until or at.astimezone(BEIJING).year <= self.known_until

    def works_on(self, day: date) -> bool:
        return self.days.get(day, day.weekday() in self.hours.weekdays)

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.works_on(day):
            return []
        return [
            (datetime.combine(day, clock(a), BEIJING), datetime.combine(day, clock(b), BEIJING))
            for a, b in self.hours.spans
        ]

    def add_work(self, start: datetime, span: timedelta) -> datetime:
        """The moment `span` of working time after `start`. At most two years are looked through."""
        at, left = start.astimezone(BEIJING), span
        for _ in range(750):
            for opens, ends in self.spans_on(at.date()):
                begins = max(opens, at)
                if begins >= ends:
                    continue
                if ends - begins >= left:
                    return begins + left
                left -= ends - begins
            at = datetime.combine(at.date() + timedelta(days=1), time.min, BEIJING)
        return at

    def work_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none when the second is the earlier."""
        at, end, total = start.astimezone(BEIJING), end.astimezone(BEIJING), timedelta()
        while at < end:
            for opens, ends in self.spans_on(at.date()):
                total += max(timedelta(), min(ends, end) - max(opens, at))
            at = datetime.combine(at.date() + timedelta(days=1), time.min, BEIJING)
        return total

    def work_day(self) -> timedelta:
        """How long one working day is."""
        day = date(2000, 1, 1)
        return sum(
            (datetime.combine(day, clock(b)) - datetime.combine(day, clock(a)) for a, b in self.hours.spans),
            timedelta(),
        )

    def after(self, start: datetime, span: str, part: float = 1.0) -> datetime:
        """The moment `span` (or a part of it) after `start`.

        "now"; "24h" and "7d" run by the calendar, "4wh" and "3wd" in working time.
        """
        if span == "now":
            return start
        unit = span.lstrip("0123456789")
        count = int(span[: len(span) - len(unit)])
        if in_work(span):
            one = timedelta(hours=1) if unit == "wh" else self.work_day()
            return self.add_work(start, one * count * part)
        one = timedelta(hours=1) if unit == "h" else timedelta(days=1)
        return start + one * count * part

    def moved(self, due: datetime, stood: datetime, goes: datetime, span: str) -> datetime:
        """A due time after its clock stood still: what was left at `stood` is left again at `goes`."""
        if in_work(span):
            return self.add_work(goes, self.work_between(stood, due))
        return goes + max(timedelta(), due - stood)

    def first_work_day(self, year: int, month: int) -> date:
        day = date(year, month, 1)
        while not self.works_on(day):
            day += timedelta(days=1)
        return day

    def quiet(self, at: datetime) -> bool:
        local = at.astimezone(BEIJING).time()
        begins, ends = clock(self.hours.quiet_from), clock(self.hours.quiet_until)
        return local >= begins or local < ends if begins > ends else begins <= local < ends

    def wake(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours it falls into."""
        if not self.quiet(at):
            return at
        local, ends = at.astimezone(BEIJING), clock(self.hours.quiet_until)
        day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
        return datetime.combine(day, ends, BEIJING)

    def until_quiet(self, at: datetime) -> timedelta:
        """How long it is until the next quiet hours begin; none while they last."""
        if self.quiet(at):
            return timedelta(0)
        local, begins = at.astimezone(BEIJING), clock(self.hours.quiet_from)
        day = local.date() if local.time() < begins else local.date() + timedelta(days=1)
        return datetime.combine(day, begins, BEIJING) - at

    def before_quiet(self, at: datetime) -> datetime:
        """`at`, or the evening before the quiet hours it falls into: a reminder must not come late."""
        if not self.quiet(at):
            return at
        evening = datetime.combine(
            at.astimezone(BEIJING).date(), clock(self.hours.quiet_from), BEIJING
        ) - timedelta(hours=1)
        return evening if evening <= at else evening - timedelta(days=1)


def in_work(span: str) -> bool:
    """Whether a span runs in working time."""
    return span.endswith(("wh", "wd"))


def clock(text: str) -> time:
    """ "08:30" as a time; "24:00" is the last minute of the day."""
    hour, minute = text.split(":")
    return time(23, 59) if hour == "24" else time(int(hour), int(minute))


def duty_now(duty: str, now: datetime) -> bool:
    """Whether "MO-FR 09:00-18:00; SA 09:00-12:00" holds at this moment."""
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    local = now.astimezone(BEIJING)
    for part in filter(None, (piece.strip() for piece in duty.split(";"))):
        days, _, hours = part.partition(" ")
        first, _, last = days.partition("-")
        begins, _, ends = hours.partition("-")
        inside = names.index(first) <= local.weekday() <= names.index(last or first)
        if inside and clock(begins) <= local.time() < clock(ends):
            return True
    return False
