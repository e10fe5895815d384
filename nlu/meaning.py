"""What understanding hands to the conversation: candidates, never decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.labels import Category, Emergency

Day = date  # a field called date hides the type


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place people call by name (an estate, village, industrial park), as the community file spells it."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    community: str = ""
    spot: bool = False  # a square, park or station: somewhere to be, nobody's address


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place as it was said, in canonical writing: Arabic digits, Simplified Chinese.

    `estate_id` is set when the name was matched (typos and homophones included) against the
    community's own names; `estate` then is the official name.
    """

    estate_id: int | None = None
    district: str = ""
    community: str = ""
    estate: str = ""
    phase: str = ""
    zone: str = ""
    grid: str = ""
    road: str = ""
    lane: str = ""
    no: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""  # "-1" for the first basement
    room: str = ""
    spot: str = ""  # where it is not a door: 电梯, 地下车库, 大门口
    public: bool = False  # the named place is a square, park or station, not an estate
    further: tuple[tuple[str, str], ...] = ()  # a second building or road: (("building", "5"),)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """A moment, a day, a part of a day or a range, in Beijing time. What was not said is empty.

    Whole days as edges: `since` and `start` at 00:00, `by` and `end` at 23:59. With `every`, only the clock
    of `at`, `start` and `end` counts. A month or year alone has a `period` and no `date`.
    """

    at: datetime | None = None
    date: date | None = None
    part: str = ""  # morning | noon | afternoon | evening
    start: datetime | None = None
    end: datetime | None = None
    by: datetime | None = None
    since: datetime | None = None
    every: str = ""  # DAILY | WEEKLY:TU,TH | MONTHLY:15
    dur: str = ""  # ISO 8601
    approx: bool = False
    alt: datetime | Day | str | None = None  # a second reading; a string is a length of time
    period: str = ""  # a month or year alone, or two: "2026-10", "2025", "2026-10/2026-12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """The things named in a message."""

    place: PlaceMention = field(default_factory=PlaceMention)
    times: tuple[TimeMention, ...] = ()
    phones: tuple[str, ...] = ()  # digits, extension after "-"
    tails: tuple[str, ...] = ()  # only the last digits of a telephone: "尾号4321"
    case_number: int | None = None  # "3号诉求", "编号 12", "#7"
    stars: int | None = None  # 1 to 5
    count: int | None = None  # "需要三个人"
    person: str = ""  # a name asked for: "找李明"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    intent: str
    confidence: float  # 0 to 1, calibrated


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a message may mean. `guesses` are best first and `guesses[0]` equals intent and confidence."""

    text: str  # normalised: NFKC, no invisible characters, Simplified
    intent: str
    confidence: float
    guesses: tuple[Guess, ...] = ()
    category: Category = Category.OTHER
    category_confidence: float = 0.0
    private: bool = False  # a family matter, an illness, a child: not for the list everybody reads
    emergency: Emergency | None = None  # from the recall-first detector, whatever the intent
    perhaps_danger: bool = False  # not clear enough for an alarm, too near to one to say nothing
    negated: bool = False  # "不用报修了": a request taken back, not made
    entities: Entities = field(default_factory=Entities)
    others: tuple[
        str, ...
    ] = ()  # further requests in the same message, each to be understood alone, in order
