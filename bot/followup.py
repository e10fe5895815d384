"""What belongs to the case just filed: later photos of an album, a second sentence, a thank-you."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot import whose
from bot.courtesy import courtesy
from bot.messages import Reply
from domain.case import UNFINISHED, Case
from domain.community import PlaceKind
from nlu.bare import bare
from nlu.complaints import unnamed
from nlu.meaning import Meaning
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
_ALSO = re.compile(r"^(?:还有|另外|对了|再说|以及|同时|顺便|also\b|another|and also\b|by the way)", re.I)

_QUESTION = re.compile(
    r"[?？]|吗|呢$|想(?:问|了解|咨询|知道)|请问|几[点天]|什么时候|多[少久长]|怎么|咋|为什么|为啥|"
    r"哪[里儿个些位家]|谁|有没有|能不能|可不可以|是不是|今天几号|星期几|"
    r"^(?:what|when|where|who|how|can|is)\b",
    re.I,
)
_WHERE = re.compile(
    r"[0-9一二三四五六七八九十]+(?:号楼|号院|号|栋|幢|座|单元|楼|层|室)|小区|旁边|附近|门口|楼[上下]|对面|[前后]面|楼道|地下室|[外里]面?|面|那边|这边|那里|这里|"
    r"问到|说错|写错|弄错|应该|改成|就是|不是|我们?家?|家?住|[在是就的了呀啊哦嘛,，。.!！、 ]"
)


_WHEN = re.compile(
    r"[0-9零一二两三四五六七八九十半几]+|上午|中午|下午|傍晚|早上|早晨|晚上|今晚|明早|明晚|凌晨|夜里|"
    r"每天|天天|每晚|每个?月|每周|今天|明天|后天|大后天|昨天|前天|上周|下周|这周|本周|上个?月|下个?月|这个?月|本月|周末|周|星期|礼拜|"
    r"[年月日号天点分时钟刻]|小时|[,，。.、~～:：\- ]|以前|以后|之前|之后|前|后|左右|到|至|从|在|的|"
    r"都行|都可以|都在家|有空|可以|方便|行|吧|就|大概|应该|改到|改成|改为|换到|换成|推到|挪到|提前到|不|吗|好|[?？]"
)
_DROPPED = re.compile(
    r"(?:刚才|刚刚|前面|上面|那个|这个|那件|这件|我?(?:刚才?)?说的|之前)(?:的|那个|那件|这个|这件)?"
    r"(?:事情?|问题|诉求|心愿)?(?:就|都|先)?"
    r"(?:算了|不用了|不用(?:再)?(?:管|办|修|来)了?|不要了|作废|取消(?:吧|了)?|不办了)"
    r"(?:吧|啊|呀|谢谢|[,，。.! ])*"
)
_HOW_MANY = re.compile(
    r"(?:大概|大约|一共|总共|我们|就|for|about|around|[,， ])*"
    r"(?:\d{1,4}|[一二两三四五六七八九十百几]{1,4}) ?(?:来|多)?"
    r"(?:个?人|位|户|家|桌|个|把|台|套|people|persons|of us|guests|chairs|hours?)(?:左右|吧|参加|来|[。.!])*",
    re.I,
)
_TIME = re.compile(r"[午早晚晨夜]|[今明后昨前]天|周|星期|礼拜|点|月.*[日号]")


_PHOTO_COMES = re.compile(
    r"(?:我|那|再|还|想|要|给你|给您|来|补充|补|加|发|传|拍|上传|[一几个张下]){1,8}"
    r"(?:照片|图片|相片|图|视频)(?:过来|给你|给您|吧|[。.!])*"
)


def follow_up(turn: Turn) -> Reply | None:
    """A polite word is answered politely; more about the last case goes to it."""
    if answer := _to_our_question(turn):
        return answer
    if key := courtesy(turn.heard.meaning.text.strip()):
        return Reply(text=turn.say(key))
    if well := whose.how_it_is(turn):
        return well
    if _DROPPED.fullmatch(turn.heard.meaning.text) and turn.state.recent:
        return turn.start("withdraw_case", {"case": turn.state.recent["case"]})
    if hidden := _unnamed(turn):
        return hidden
    return _more_about_the_last_case(turn)


def _to_our_question(turn: Turn) -> Reply | None:
    """晚上七点以后都在家, 可以: what somebody says whose case stands still until they answer a question."""
    meaning = turn.heard.meaning
    if not (turn.heard.text or turn.heard.files) or courtesy(meaning.text) not in ("", "common.noted"):
        return None
    asked = [case for case in cases.of_person(turn.tx, turn.actor.id, UNFINISHED) if case.paused_at]
    if not asked or (meaning.intent not in _ANSWERS and meaning.confidence >= SURE) or bare(meaning.text):
        return None
    if meaning.intent == "greet" and meaning.confidence >= HELLO:
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
    return turn.start("keep_private", {"case": found[0].id, "how": "all"}) if len(found) == 1 else None


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
        there = {"where": case.place_id} if case.place_id and not meaning.entities.place else {}
        return turn.start("report_issue", there)
    if turn.heard.text and _of_its_own(turn, meaning, case):
        return None
    if not turn.heard.text and not turn.heard.files and turn.incoming.location is None:
        return None
    return _add(turn, turn.heard.text)


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
        or _HOW_MANY.fullmatch(meaning.text)
        or meaning.intent == "add_to_case"
    ):
        return False
    if bare(meaning.text) or (meaning.negated and meaning.intent == "withdraw_case"):
        return True
    other = meaning.category != recent.get("category") and meaning.category_confidence >= CLEAR
    fragment = len(meaning.text) <= A_FRAGMENT and not _QUESTION.search(meaning.text)
    if fragment and meaning.confidence < SURE and meaning.intent in _BELONGS:
        return False
    if meaning.intent == "report_issue" and other and "emergency" not in recent:
        return True
    if meaning.confidence < OWN or meaning.intent == "out_of_scope":
        if sum(one.confidence for one in meaning.guesses if one.intent in _BELONGS) < LITTLE:
            return True
        asks = _QUESTION.search(meaning.text) and not _REFERS.search(meaning.text)
        return bool(asks) and "emergency" not in recent
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


def only_a_place(meaning: Meaning) -> bool:
    """在3栋1单元,6楼: nothing but where it is."""
    place = meaning.entities.place
    if not place:
        return False
    rest = meaning.text.replace(place.estate, "") if place.estate else meaning.text
    for part in (place.room, place.spot):
        rest = rest.replace(part, "") if part else rest
    return not _WHERE.sub("", rest)


def only_a_time(text: str) -> bool:
    """下周二上午, 明天八点以后: nothing but when."""
    return bool(_TIME.search(text)) and not _WHEN.sub("", text)


def announces_photo(text: str) -> bool:
    """再发一张照片: a photo is to come."""
    return bool(_PHOTO_COMES.fullmatch(text))


def _add(turn: Turn, text: str, **how: int) -> Reply:
    told: dict[str, Any] = {"case": turn.state.recent["case"], **how}
    if turn.heard.files or not announces_photo(text):
        told["more"] = text or "-"
    return turn.start("add_to_case", told)
