"""What belongs to the case just filed: later photos of an album, a second sentence, a thank-you."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.private import Secrecy
from bot import whose
from bot.courtesy import courtesy
from bot.messages import Reply
from domain.case import UNFINISHED, Case
from domain.community import PlaceKind
from nlu.bare import bare
from nlu.complaints import unnamed
from nlu.fitting import called, fit
from nlu.fragments import announces_photo, asks, drops_it, only_a_number, only_a_place, only_a_time
from nlu.meaning import Meaning
from nlu.offices import asks_for_an_office
from nlu.thresholds import OWN, SURE, SWITCH
from storage import cases
from storage import community as places

if TYPE_CHECKING:
    from bot.state import FlowState
    from bot.turn import Turn

SURELY = 0.70  # from here words that begin with 还有 tell of another subject
CLEAR = 0.50  # from here a category is a subject of its own
HELLO = 0.9  # a greeting and no answer
A_REQUEST = 20  # characters, of English three times as many; what is longer tells the matter, too
LITTLE = 0.30  # where what could belong to a report has less than this together, something else is meant
_BELONGS = frozenset(
    {"report_issue", "request_wish", "add_to_case", "out_of_scope", "greet", "cancel", "talk_to_human"}
)
_REFERS = re.compile(
    r"[他她它]|人家|对方|那家|那户|\b(?:he|she|they|him|her|them|it)\b", re.I
)  # to the report
A_FRAGMENT = 6  # characters; of so few only what is surely of another kind is another matter
_ANSWERS = frozenset({"add_to_case", "out_of_scope", "greet", "cancel"})
_OF_THE_HOUSE = re.compile(
    r"电梯|楼道|楼梯|走廊|过道|天台|楼顶|单元门|门禁|大堂|[lL]ift|stair|corridor|hallway"
)
_ALSO = re.compile(r"^(?:还有|另外|对了|再说|以及|同时|顺便|also\b|another|and also\b|by the way)", re.I)


def follow_up(turn: Turn) -> Reply | None:
    """A polite word is answered politely; more about the last case goes to it."""
    if answer := _to_our_question(turn):
        return answer
    if content := whose.is_content(turn):
        return content
    if key := courtesy(turn.heard.meaning.text.strip()):
        return Reply(text=turn.say(key))
    if well := whose.how_it_is(turn):
        return well
    if drops_it(turn.heard.meaning.text) and turn.state.recent:
        return turn.start("withdraw_case", {"case": turn.state.recent["case"]})
    if hidden := _unnamed(turn):
        return hidden
    return _more_about_the_last_case(turn)


def _to_our_question(turn: Turn) -> Reply | None:
    """晚上七点以后都在家, 可以: what somebody says whose case stands still until they answer a question."""
    meaning = turn.heard.meaning
    if not (turn.heard.text or turn.heard.files) or courtesy(meaning.text) not in ("", "common.noted"):
        return None
    of_its_own = meaning.intent not in _ANSWERS and meaning.confidence >= SURE
    hello = meaning.intent == "greet" and meaning.confidence >= HELLO
    if of_its_own or hello or bare(meaning.text):
        return None
    asked = [case for case in cases.of_person(turn.tx, turn.actor.id, UNFINISHED) if case.paused_at]
    if not asked:
        return None
    newest = max(asked, key=lambda case: case.paused_at or turn.now)
    return turn.start("add_to_case", {"case": newest.id, "more": turn.heard.text or "-"})


def _unnamed(turn: Turn) -> Reply | None:
    """别说是我反映的, after a report: nobody learns the name. A report that says so itself is read as one."""
    text = turn.heard.meaning.text
    if len(text) > A_REQUEST * (3 if text.isascii() else 1) or not unnamed(text):
        return None
    own = cases.of_person(turn.tx, turn.actor.id, UNFINISHED)
    found = [case for case in own if case.id == turn.state.recent.get("case")] or own
    return (
        turn.start("keep_private", {"case": found[0].id, "how": str(Secrecy.ALL)})
        if len(found) == 1
        else None
    )


def part_of_album(turn: Turn) -> bool:
    """A later part of an album: its photos join the question the first part opened, or the case filed."""
    album, flow = turn.incoming.album, turn.state.open
    if not album or turn.incoming.text:
        return False
    if flow is not None:
        if flow.told.get("album") == album:
            flow.files.extend(turn.heard.files)
        return flow.told.get("album") == album
    if turn.state.recent.get("album") == album:
        _add(turn, "", quiet=1)
    return turn.state.recent.get("album") == album


def _more_about_the_last_case(turn: Turn) -> Reply | None:
    """For two minutes what has no intent of its own belongs to the case just filed."""
    recent, meaning = turn.state.recent, turn.heard.meaning
    if turn.incoming.edits and turn.incoming.edits == recent.get("message"):
        return _add(turn, turn.heard.text)  # the report itself in other words
    if not recent or datetime.fromisoformat(recent["until"]) < turn.now:
        return None
    case = turn.tx.get(Case, recent["case"])
    if case is None or case.status not in UNFINISHED:  # answered already: what is said now is about that
        return None
    if turn.heard.text and meaning.intent == "case_status" and meaning.confidence >= CLEAR:
        return turn.start("case_status")  # nothing is filed or changed by a look at it
    if _another(meaning, recent):
        return turn.start("report_issue", _there(meaning, case))
    if turn.heard.text and _of_its_own(turn, meaning, case):
        also = meaning.intent == "report_issue" and meaning.confidence >= SURE and _ALSO.match(meaning.text)
        return turn.start("report_issue", _there(meaning, case)) if also else None
    if not turn.heard.text and not turn.heard.files and turn.incoming.location is None:
        return None
    return _add(turn, turn.heard.text)


def _there(meaning: Meaning, case: Case) -> dict[str, Any]:
    """The place of the case before, for a second matter that names none."""
    place = meaning.entities.place
    elsewhere = place.spot and not _OF_THE_HOUSE.search(place.spot)
    named = place.building or place.estate or place.road or elsewhere
    return {"where": case.place_id} if case.place_id and not named else {}


_GIVES_UP = re.compile(r".{2,16}(?:不用|算|不要|不报|不说|不填|不弄|不办)了(?:[吧啊,，。.!！].{0,10})?")


def gives_up(turn: Turn) -> bool:
    """电梯那件不用了, while the place of the lift is asked for: what is being filled in is meant, no case."""
    flow, text = turn.state.open, turn.heard.meaning.text
    if flow is None or not _GIVES_UP.fullmatch(text) or not (name := called(text)):
        return False
    own = [fit(name, case.text) for case in cases.of_person(turn.tx, turn.actor.id, UNFINISHED)]
    return fit(name, " ".join(flow.words)) > max(own, default=0.0)


def _another(meaning: Meaning, recent: dict[str, Any]) -> bool:
    """还有他们家的狗老叫: a second matter of another kind, at the same place unless it says so."""
    if not _ALSO.match(meaning.text) or "emergency" in recent or meaning.category == "other":
        return False
    problem = meaning.intent in ("report_issue", "add_to_case", "out_of_scope")
    return problem and meaning.category != recent.get("category") and meaning.category_confidence >= SURELY


def _of_its_own(turn: Turn, meaning: Meaning, case: Case) -> bool:
    """Whether a message after a report is another matter: another intent, another category, another house."""
    recent, building = turn.state.recent, meaning.entities.place.building
    if (
        only_a_place(meaning)
        or only_a_time(meaning.text)
        or only_a_number(meaning.text)
        or meaning.intent == "add_to_case"
    ):
        return False
    if asks_for_an_office(meaning.text):
        return True
    if bare(meaning.text) or (meaning.negated and meaning.intent == "withdraw_case"):
        return True
    other = meaning.category != recent.get("category") and meaning.category_confidence >= CLEAR
    fragment = len(meaning.text) <= A_FRAGMENT and not asks(meaning.text)
    if fragment and meaning.confidence < SURE and meaning.intent in _BELONGS:
        return False
    if meaning.intent == "report_issue" and other and "emergency" not in recent:
        return True
    if meaning.confidence < OWN or meaning.intent == "out_of_scope":
        theirs = [one for one in meaning.guesses if one.intent in _BELONGS or not turn.offered(one.intent)]
        if sum(one.confidence for one in theirs) < LITTLE:  # what only members say a resident does not mean
            return True
        asked = asks(meaning.text) and not _REFERS.search(meaning.text)
        return asked and "emergency" not in recent
    if "emergency" in recent and meaning.intent in ("report_issue", "call_emergency"):
        return False
    if meaning.intent != "report_issue":
        return True
    place = places.place(turn.tx, case.place_id)
    elsewhere = building and place and f"{building}栋" not in place.full_name
    if _OUTSIDE.search(meaning.entities.place.spot) and meaning.confidence >= SWITCH:
        elsewhere = elsewhere or (place is not None and place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT))
    whole = building and meaning.entities.place.estate_id  # the whole address again: a report of its own
    return bool(elsewhere or whole)


_OUTSIDE = re.compile(r"小区|大门|[东南西北]门|广场|停车场|车库|花园|公园|游乐场|路口|街|马路|球场|大院")


def another_report(turn: Turn, flow: FlowState) -> bool:
    """Whether a second problem is told while the place of the first is asked for: it waits its turn."""
    meaning, first = turn.heard.meaning, next(iter(flow.words), "")
    if flow.intent != "report_issue" or meaning.intent != "report_issue" or first == turn.heard.text:
        return False
    other = meaning.category != turn.understand(first).category and meaning.category_confidence >= CLEAR
    return bool(first) and other and meaning.confidence >= SWITCH and not meaning.entities.place.building


def _add(turn: Turn, text: str, **how: int) -> Reply:
    told: dict[str, Any] = {"case": turn.state.recent["case"], **how}
    if turn.heard.files or not announces_photo(text):
        told["more"] = text or "-"
    return turn.start("add_to_case", told)
