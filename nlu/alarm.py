"""Whether a message tells of danger to life now: what was learned from examples, and the words of danger.

The examples decide; the words let them be less sure, and for a cry of a few characters they are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from domain.labels import Emergency
from nlu import late_re as re
from nlu.danger import danger

NONE = "none"
KINDS = {
    "fire": Emergency.FIRE,
    "gas": Emergency.GAS,
    "lift": Emergency.LIFT,
    "shock": Emergency.ELECTRIC,
    "medical": Emergency.MEDICAL,
    "suicide": Emergency.SUICIDE,
    "violence": Emergency.VIOLENCE,
    "child": Emergency.OTHER,
    "water": Emergency.DROWNING,
    "collapse": Emergency.COLLAPSE,
    "other": Emergency.OTHER,
}
_CODE = re.compile(
    r"i_[a-z0-9_-]{16,40}|[2-9a-hjkmnp-z]{4}-[2-9a-hjkmnp-z]{4}", re.IGNORECASE
)  # an invitation; a device's code, in which no i, l or o can spell fire or help
_HOTLINE = re.compile(
    r"(?:那|我|要|想|就|去|再|只能|只好|直接)*(?:(?:打|拨打?|打到)(?:市长热线|政务热线|热线)?12345|12345(?=热线|投诉|举报))"
    r"(?:热线|投诉|举报|了|去|啊|吧|[。.!])*"
)  # where one complains of offices; in so few characters it looks like a call for the police
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
MENU = frozenset({"help", "menu"})  # a word alone asks what can be said here; with a ! it may be a cry
CRY = 8  # in so few characters a word of danger is believed unless the examples know better
SHORT = 6  # so few characters without such a word need a higher score, and are never unclear
SAID = 0.08  # what the odds weigh at which the words are a call for help among all intents

LONG = 20  # from so many characters on a danger may stand beside another matter
CLAUSES = 40  # so many clauses of a letter are heard one by one
A_CLAUSE = 8  # characters
_APART = re.compile(
    r"[。!?;！？；…\n]+"
    r"|(?:(?<=[,， ])|(?<=[了的呢]))(?=另外|还有|对了|顺便|再说|再催|刚才|刚刚|现在|不过|先别)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Scores from which a danger is heard: by the examples alone, and where a word of danger stands there.

    `short` and `cry` are the same two in few characters; `latin` is `alone` where no Chinese character
    stands, of which there are few examples. Chosen on development sentences
    (docs/understanding.md). From `perhaps` on the numbers to call are said above the answer, and nobody
    is alarmed.
    """

    alone: float
    with_words: float
    perhaps: float
    short: float
    cry: float
    latin: float


NEARLY = 0.15  # below `latin`, where no Chinese character stands
CLAUSE = 0.4  # a clause that nobody would doubt if it were alone
CLAUSE_PERHAPS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The danger that was heard, or that perhaps there is one."""

    kind: Emergency | None = None
    perhaps: bool = False


BOUNDS = Bounds(alone=-0.1, with_words=-0.35, perhaps=-0.4, short=0.1, cry=-0.8, latin=-0.1)
# for a score in which sentence vectors had a say
BESIDE = Bounds(alone=-0.1, with_words=-0.4, perhaps=-0.45, short=0.1, cry=-0.8, latin=-0.2)


def called(chance: float) -> float:
    """What is added to a score for the chance that the words are a call for help; nothing at some 12 %."""
    return SAID * (log((chance + 1e-3) / (1 - chance + 1e-3)) + 2)


def hotline(words: str) -> bool:
    """打12345: somebody means to complain to the city."""
    return bool(_HOTLINE.fullmatch(words.strip()))


def clauses(words: str) -> list[str]:
    """The parts of a message that may each tell of something else; none where it tells of one thing only."""
    if len(words) < LONG:
        return []
    found = [part.strip(" ,，") for part in _APART.split(words)]
    found = [part for part in found if len(part) >= A_CLAUSE]
    return found[:CLAUSES] if len(found) > 1 else []


def amid(score: float, kind: str, clause: str) -> Heard:
    """The danger in one clause of a longer message, which drowns in the score of the whole."""
    if score > CLAUSE:
        return Heard(kind=danger(clause) or KINDS.get(kind, Emergency.OTHER))
    return Heard(perhaps=score > CLAUSE_PERHAPS)


def unclear(score: float) -> bool:
    """Whether the score of the characters is worth a second look by the sentence vectors."""
    return -1.0 < score < 0.3


def heard(words: str, score: float, kind: str, bounds: Bounds = BOUNDS) -> Heard:
    """The danger in a normalised text, given how near it is to the dangers among the examples."""
    if not words or words.strip(" ?.").lower() in MENU or _CODE.fullmatch(words.strip()):
        return Heard()
    if hotline(words):
        return Heard()
    alone = bounds.alone if _HAN.search(words) else bounds.latin
    alone = alone if len(words) > SHORT else bounds.short
    believed = bounds.with_words if len(words) > CRY else bounds.cry
    perhaps = bounds.perhaps if _HAN.search(words) else bounds.latin - NEARLY
    if score <= min(alone, believed, perhaps):
        return Heard()  # whatever the words are: most messages end here
    said = danger(words)
    if score > alone or (said is not None and score > believed):
        return Heard(kind=said or KINDS.get(kind, Emergency.OTHER))
    return Heard(perhaps=score > perhaps and (len(words) > SHORT or said is not None))
