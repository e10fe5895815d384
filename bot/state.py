"""Where a dialogue stands: a small JSON value, kept with the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SPOKEN_OF = timedelta(minutes=30)
LOST_KEPT = 10
PARKED_AT_MOST = 3
_PLAIN = ("next", "menu", "recent", "alarm", "at", "lost", "lost_words", "held", "burst", "rule", "desk")


@dataclass(slots=True, kw_only=True)
class FlowState:
    """One flow that is under way: what it is about and what it knows."""

    id: int
    intent: str
    told: dict[str, Any] = field(default_factory=dict)  # said with a button, not yet checked
    heard: dict[str, Any] = field(default_factory=dict)  # answers, checked
    asked: str = ""  # the open question
    free: bool = False  # the open question takes any words
    tries: int = 0  # answers to it that were none
    answers: list[list[Any]] = field(default_factory=list)  # [slot, words before it] of what was asked
    words: list[str] = field(default_factory=list)  # everything said in this flow
    files: list[int] = field(default_factory=list)
    offered: list[list[Any]] = field(default_factory=list)  # [label, value] of the open question
    page: int = 0


@dataclass(slots=True, kw_only=True)
class State:
    """The whole dialogue of one address."""

    flows: int = 0  # a counter: an old menu is told from the open question's
    open: FlowState | None = None
    parked: list[FlowState] = field(default_factory=list)
    next: list[str] = field(default_factory=list)  # other requests of the same message, each in its words
    menu: list[list[str]] = field(default_factory=list)  # [label, payload] of the last message with choices
    recent: dict[str, Any] = field(default_factory=dict)  # the case just filed: id, until, album
    alarm: dict[str, str] = field(default_factory=dict)  # words that perhaps told of a danger, until when
    at: dict[str, Any] = field(default_factory=dict)  # the place whose code was scanned: place, until
    rule: dict[str, str] = field(default_factory=dict)  # the entry of the handbook shown last: entry, until
    desk: dict[str, Any] = field(default_factory=dict)  # the case a desk spoke of last: case, until
    lost: int = 0  # messages in a row that were not understood
    lost_words: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)  # what came too fast, until a human gets it
    burst: list[float] = field(default_factory=list)  # when the last messages came, in seconds

    def new_flow(self, intent: str, told: dict[str, Any] | None = None) -> FlowState:
        self.flows += 1
        return FlowState(id=self.flows, intent=intent, told=told or {})

    def spoke_of(self, case_id: int, now: datetime) -> None:
        """A desk handles this case: what it says next without a number is about it."""
        self.desk = {"case": case_id, "until": (now + SPOKEN_OF).isoformat()}

    def lose(self, words: str) -> None:
        """Keeps words that nothing could be done with, for the human who gets them next."""
        self.lost_words = [*self.lost_words, words][-LOST_KEPT:]

    def park(self) -> FlowState | None:
        """Puts the open flow aside; the oldest of more than three is given up and returned."""
        if self.open is None:
            return None
        if self.open.asked and self.open.intent != "which":  # a guess is not worth coming back to
            self.parked.append(self.open)
        self.open = None
        return self.parked.pop(0) if len(self.parked) > PARKED_AT_MOST else None

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"flows": self.flows}
        if self.open:
            found["open"] = _flow_json(self.open)
        if self.parked:
            found["parked"] = [_flow_json(flow) for flow in self.parked]
        for name in _PLAIN:
            value = getattr(self, name)
            if value:
                found[name] = value
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> State:
        """Reads what a running or an older version kept; what it does not know it drops."""
        state = cls(flows=stored.get("flows", 0))
        if stored.get("open"):
            state.open = _flow(stored["open"])
        state.parked = [_flow(one) for one in stored.get("parked", [])]
        for name in _PLAIN:
            if name in stored:
                setattr(state, name, stored[name])
        return state


def _flow_json(flow: FlowState) -> dict[str, Any]:
    return {name: value for name in FlowState.__slots__ if (value := getattr(flow, name))}


def _flow(stored: dict[str, Any]) -> FlowState:
    flow = FlowState(id=0, intent="")
    for name in FlowState.__slots__:
        if name in stored:
            setattr(flow, name, stored[name])
    return flow
