"""A message in, its possible meanings out: the one door to this package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.labels import Category, Emergency, Intent
from nlu import alarm, greeting, several
from nlu.classify import Head, Model, Ranking
from nlu.entities import entities
from nlu.gazetteer import Gazetteer
from nlu.matter import without_doors
from nlu.meaning import Entities, Guess, Meaning, NamedPlace
from nlu.negation import taken_back, withdrawn
from nlu.normalize import normalize
from nlu.thresholds import DOUBT, SURE

if TYPE_CHECKING:
    from nlu.vectors import Vectors

LONGEST = 4096
GUESSES = 5
KEPT = 4  # texts whose grams are at hand: what a message is about and whether it is a danger ask for the same
_REQUESTS = frozenset({Intent.REPORT_ISSUE, Intent.REQUEST_WISH, Intent.CALL_EMERGENCY, Intent.CASE_STATUS})
_EMPTY = frozenset({Intent.OUT_OF_SCOPE, Intent.CANCEL})
_PRIVATE = frozenset({Category.DISPUTE, Category.CARE})
_REHEARSED = (
    "阳光花园3栋2单元601的灯坏了，明天下午3点到5点有人，电话13800138000",
    "救命，有人晕倒了，煤气味很重，要跳楼",
    "不用修了，不是2栋是3栋，和平路15号门口",
    "下周三上午想订会议室，每天凌晨都吵，国庆前能不能办，大概两个小时，这个月15号",
    "There is a water leak at building 5 unit 2 room 301 since yesterday, please call me tomorrow morning",
    "电梯坏了，另外我妈想要个轮椅，还有上次那个2026-15号单子到哪了",
    "唔该，陽光花園三棟冇水，聽日得唔得",
    "替我妈报个修，她不会用手机，物业的老张态度差",
)
_NO_WORDS = 0.95
_ALARM = 0.9
A_FEW = 5  # characters behind a greeting that may belong to it


class _Read(NamedTuple):
    """What the heads of the model say of one text."""

    intents: Ranking
    categories: Ranking
    private: Ranking

    def sure(self) -> bool:
        """Whether sentence vectors would change nothing: what is not a report has no category to doubt."""
        if self.intents.chances[0] < DOUBT:
            return False
        return self.intents.labels[0] != Intent.REPORT_ISSUE or self.categories.chances[0] >= DOUBT


class Understanding:
    """A trained model and the community's place names, asked one message at a time."""

    def __init__(
        self, model: Model, places: Iterable[NamedPlace] = (), vectors: Vectors | None = None
    ) -> None:
        self._model = model
        self._vectors = vectors
        self._named = tuple(places)
        self._places = Gazetteer(self._named)
        self._find = lru_cache(KEPT)(model.find)

    @classmethod
    def load(cls, model_dir: Path | None = None, places: Iterable[NamedPlace] = ()) -> Understanding:
        """Read the trained model; StaleModel says what to do when it does not fit the examples."""
        return cls(Model.load(model_dir), places)

    def with_places(self, places: Iterable[NamedPlace]) -> Understanding:
        """The same model over other place names; itself when the names are those it has."""
        named = tuple(places)
        return self if named == self._named else Understanding(self._model, named, self._vectors)

    def with_vectors(self, vectors: Vectors | None = None, *, wait: bool = False) -> Understanding:
        """The same, asking sentence vectors where characters are in doubt, as soon as these are loaded.

        Where the extra is missing, or the model was trained without it or with another version, one line
        in the log says so and nothing changes.
        """
        from nlu.vectors import Vectors, fits  # slow to import, and not for characters alone

        if not fits(self._model.vectors):
            return self
        vectors = vectors or Vectors()
        if wait:
            vectors.load()
        else:
            vectors.load_in_background()
        return Understanding(self._model, self._named, vectors)

    def understand(self, text: str, now: datetime) -> Meaning:
        """What a message may mean; `now` is aware. Never raises for any text.

        Of several requests in one message the first is answered; the texts of the others are in `others`.
        """
        words = normalize(text[:LONGEST])[:LONGEST]
        first, *others = self._apart(words)
        meaning = self._understand(first, now)
        return replace(meaning, others=tuple(others)) if others else meaning

    @property
    def steady(self) -> bool:
        """Whether the same words mean the same from now on: sentence vectors may still be loading."""
        return self._vectors is None or self._vectors.ready

    def rehearse(self, now: datetime) -> None:
        """Understands a sentence of every kind, so that no message waits for the first use of a rule."""
        for text in _REHEARSED:
            self.understand(text, now)

    def _apart(self, words: str) -> tuple[str, ...]:
        """The requests in a message; one when a danger is in it or they cannot be told apart surely."""
        found = several.parts(greeting.without_greeting(words))
        if len(found) < 2 or self._alarm(words).kind is not None:
            return (words,)
        requests = several.apart(found, self._sense)
        return requests if len(requests) > 1 else (words,)

    def _read(self, words: str) -> _Read:
        """The three heads by characters, and once more with the vector where these are in doubt.

        What it is about is read without the numbers of doors, which say nothing of it.
        """
        model, vectors = self._model, self._vectors
        counts, matter = self._find(words), self._find(without_doors(words))
        read = _Read(model.intents.rank(counts), model.categories.rank(matter), model.private.rank(counts))
        if vectors is None or not vectors.ready or read.sure():
            return read
        vector = vectors.of(words)
        if vector is None:
            return read
        return _Read(
            model.intents.rank(counts, vector),
            model.categories.rank(matter, vector),
            model.private.rank(counts, vector),
        )

    def _alarm(self, words: str) -> alarm.Heard:
        """The danger to life a text tells of, as a whole or in one of its clauses."""
        heard = self._alarm_of_all(words)
        return heard if heard.kind is not None else self._alarm_amid(words, heard)

    def _alarm_amid(self, words: str, heard: alarm.Heard) -> alarm.Heard:
        """The same once more for each clause of a longer message."""
        model = self._model
        for clause in alarm.clauses(words):
            counts = model.find(clause)
            score, kind = _nearest(model.danger, model.danger.scores(counts))
            if alarm.unclear(score):
                score += alarm.called(model.intents.rank(counts).chance(Intent.CALL_EMERGENCY))
            found = alarm.amid(score, kind, clause)
            if found.kind is not None:
                return found
            heard = found if found.perhaps else heard
        return heard

    def _alarm_of_all(self, words: str) -> alarm.Heard:
        """The danger of the whole text; where characters hear none surely, sentence vectors may."""
        head, vectors = self._model.danger, self._vectors
        counts = self._find(words)
        score, kind = _nearest(head, head.scores(counts))
        if not alarm.unclear(score):
            return alarm.heard(words, score, kind)
        called = alarm.called(self._model.intents.rank(counts).chance(Intent.CALL_EMERGENCY))
        heard = alarm.heard(words, score + called, kind)
        if heard.kind is not None or vectors is None or not vectors.ready:
            return heard
        vector = vectors.of(words)
        if vector is None:
            return heard
        score, kind = _nearest(head, head.scores(counts, vector))
        again = alarm.heard(words, score + called, kind, alarm.BESIDE)
        return again if again.kind is not None or again.perhaps else heard

    def _sense(self, words: str) -> several.Sense:
        read = self._read(words)
        guesses = _guesses(words, read.intents, negated=taken_back(words), emergency=None)
        about = read.categories
        return several.Sense(
            intent=guesses[0].intent,
            confidence=guesses[0].confidence,
            category=about.labels[0],
            category_confidence=about.chances[0],
        )

    def _after_greeting(self, words: str) -> str:
        """The message without its greeting, when what is left is surely about something, or long."""
        rest = greeting.without_greeting(words)
        if rest == words:
            return words
        sense = self._sense(rest)
        idle = sense.intent in (Intent.GREET, Intent.OUT_OF_SCOPE)
        if len(rest) <= A_FEW:
            return words if idle or sense.confidence < several.CLEAR else rest
        return words if idle and sense.confidence >= SURE else rest

    def _understand(self, words: str, now: datetime) -> Meaning:
        said = self._after_greeting(words)
        read = self._read(said)
        danger = self._alarm(words)
        negated = taken_back(said)
        guesses = _guesses(said, read.intents, negated=negated, emergency=danger.kind)
        about = read.categories
        category = Category(about.labels[0])
        return Meaning(
            text=words,
            intent=guesses[0].intent,
            confidence=guesses[0].confidence,
            guesses=guesses,
            category=category,
            category_confidence=about.chances[0],
            private=category in _PRIVATE or read.private.labels[0] == "yes",
            emergency=danger.kind,
            perhaps_danger=danger.perhaps,
            negated=negated,
            entities=entities(words, now, self._places) if words else Entities(),
        )


def _guesses(
    words: str, ranking: Ranking, *, negated: bool, emergency: Emergency | None
) -> tuple[Guess, ...]:
    """The best few intents; a danger moved to the front, a request that is taken back to withdrawal."""
    if not any(char.isalnum() for char in words):
        ranking = _moved(ranking, Intent.OUT_OF_SCOPE, _NO_WORDS) if not _waves(words) else ranking
    elif alarm.hotline(words):
        ranking = _moved(ranking, Intent.TALK_TO_HUMAN, _ALARM)
    elif emergency is not None and ranking.labels[0] != Intent.CALL_EMERGENCY:
        ranking = _moved(ranking, Intent.CALL_EMERGENCY, _ALARM)
    elif negated and ranking.labels[0] in _REQUESTS:
        ranking = _moved(ranking, Intent.WITHDRAW_CASE, max(0.6, ranking.chances[0]))
    elif negated and withdrawn(words) and ranking.labels[0] in _EMPTY:
        ranking = _moved(ranking, Intent.WITHDRAW_CASE, 0.6)
    pairs = list(zip(ranking.labels, ranking.chances, strict=True))[:GUESSES]
    return tuple(Guess(intent=label, confidence=round(chance, 6)) for label, chance in pairs)


def _nearest(head: Head, scores: Any) -> tuple[float, str]:
    """How far a text is from everything harmless, and the kind of danger it is nearest to."""
    held = dict(zip(head.labels, scores.tolist(), strict=True))
    none = held.pop(alarm.NONE)
    return -float(none), max(held, key=lambda kind: held[kind])


def _waves(words: str) -> bool:
    """Signs that mean something without a word: a greeting hand, stars, a question mark for help."""
    return bool(words) and words[0] in "👋😊🙏👍🌟⭐★?"


def _moved(ranking: Ranking, label: str, chance: float) -> Ranking:
    """The ranking with one label given a chance and the others sharing what is left."""
    others = [
        (name, value) for name, value in zip(ranking.labels, ranking.chances, strict=True) if name != label
    ]
    total = sum(value for _, value in others) or 1.0
    return Ranking(
        labels=(label, *(name for name, _ in others)),
        chances=(chance, *(value * (1.0 - chance) / total for _, value in others)),
    )


def as_dict(meaning: Meaning) -> dict[str, Any]:
    """A meaning as JSON-able data, shaped like the answer of Rasa's /model/parse."""
    return {
        "text": meaning.text,
        "intent": {"name": str(meaning.intent), "confidence": meaning.confidence},
        "intent_ranking": [{"name": str(g.intent), "confidence": g.confidence} for g in meaning.guesses],
        "entities": _entity_list(meaning.entities),
        "category": {"name": meaning.category.value, "confidence": meaning.category_confidence},
        "private": meaning.private,
        "emergency": meaning.emergency.value if meaning.emergency else None,
        "negated": meaning.negated,
        "others": list(meaning.others),
    }


def _entity_list(held: Entities) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if held.place:
        found.append({"entity": "place", "value": _said(held.place)})
    found += [{"entity": "time", "value": _said(time)} for time in held.times]
    found += [{"entity": "phone", "value": phone} for phone in held.phones]
    found += [{"entity": "phone_tail", "value": tail} for tail in held.tails]
    for name in ("case_number", "stars", "count", "person"):
        value = getattr(held, name)
        if value not in (None, ""):
            found.append({"entity": name, "value": value})
    return found


def _said(mention: Any) -> dict[str, Any]:
    """The fields of a mention that were said, moments in ISO 8601."""
    said = {field.name: getattr(mention, field.name) for field in fields(mention)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
        if value not in (None, "", False, ())
    }
