"""A case that a desk names by its words instead of its number, and a word to whoever holds it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from actions import private
from bot.messages import Reply
from domain.case import UNFINISHED, Case
from domain.people import Person
from nlu.fitting import best, fit
from storage import cases, desk_queue, tasks

if TYPE_CHECKING:
    from bot.turn import Turn

LOOKED_AT = 60  # cases of the queue, the most pressing first
NUMBER = r"[#第]?(?P<number>\d{1,6})\s?号(?!楼|栋|幢|院|门|线|[0-9])(?:诉求|心愿|工单|单子|件)?"
THEN = r"(?:那|就|先|这件|这个|这一件|它)*(?:请|先|就)?"
_NOBODY = r"(?!我|你|您|大家)"  # 交给我吧 names no member
GIVE_IT = re.compile(rf"{THEN}(?:派给|指派给|分给|分派给|交给|安排给){_NOBODY}\S{{1,12}}")
PASS_IT = re.compile(rf"{THEN}(?:转给|转办给|转办到|移交给){_NOBODY}\S{{1,12}}")
TO_ME = re.compile(rf"{THEN}交给我(?:来)?(?:办|处理)?(?:吧|了|[。.!])*")
_CALLED = r"(?P<called>[^,，。:：?？]{2,16}?)(?:[那这](?:一?件|个))?(?:事情?|诉求|单子)?"
_GIVE = re.compile(
    rf"(?:请|先|就)?把?{_CALLED}[,，]?(?:请|先|就)?(?:派给|指派给|分给|分派给|交给|安排给)\S{{1,12}}"
)
_PASS = re.compile(
    rf"(?:请|先|就)?把?{_CALLED}[,，]?(?:请|先|就)?(?:转给|转办给|转办到|转到|移交给)\S{{1,12}}"
)
_STANDS = re.compile(
    r"(?P<called>[^,，。:：?？]{1,14}?)[那这](?:一?件|个)(?:事情?)?(?:现在)?"
    r"(?:到哪一?步|怎么样|什么情况|办得怎么样|有进展|谁在办|有人接|接|办)(?:了|吗|没有?|么|呢)*[?？。]*"
)
_TELLS = re.compile(
    rf"(?:{NUMBER}[,，]?)?(?:那|就|再|先|你|帮我|麻烦)*(?:让|叫|请|喊|通知|告诉|问问|问一下|问|跟|提醒)(?P<rest>\S.*)",
    re.DOTALL,
)
_HURRIES = re.compile(
    rf"(?:{NUMBER}[,，]?)?(?:再|你|先|帮我|麻烦)*(?:催一?催|催促|催)(?:一?下)?"
    r"(?P<rest>[^,，。?？0-9]{0,8}?)(?:吧|呢|[。.!！])*"
)
_HURRIES_OF = re.compile(
    rf"(?:再|你|先|帮我|麻烦)*(?:催一?催|催促|催)(?:一?下)?{NUMBER}(?P<rest>)(?:吧|呢|[。.!！])*"
)
_WHO = re.compile(r"他们?|她|接单的?(?:人|同志|党员)?|办的人|师傅")
_LINK = re.compile(r"(?:说一?[声下]|说|一[声下]|[,，:：\s])*")
LONGEST = 200  # characters of a word to the holder; what is longer asks for more than this


def of_the_only_one(turn: Turn, text: str) -> Reply | None:
    """The reply to 派给李明 of a desk that spoke of no case: the one nobody has, or the list of those."""
    meant = {"assign_case": GIVE_IT, "transfer_case": PASS_IT, "claim_task": TO_ME}
    intent = next((name for name, pattern in meant.items() if pattern.fullmatch(text)), "")
    if not intent:
        return None
    free = cases.queue(turn.tx, turn.actor.reach(), "new", turn.now, limit=2)
    if len(free) != 1:
        return turn.start("branch_queue", {"which": "new"}) if free else None
    return _done_to(turn, intent, free[0])


def of_a_named_case(turn: Turn, text: str) -> Reply | None:
    """The reply to 把王阿姨的灯派给李明, 漏水那件怎么样了; None when no case or more than one is meant."""
    for pattern, intent in ((_GIVE, "assign_case"), (_PASS, "transfer_case"), (_STANDS, "handle_case")):
        found = pattern.fullmatch(text)
        case = _meant(turn, found["called"]) if found else None
        if case is not None:
            return _done_to(turn, intent, case)
    return None


_LISTS = re.compile(
    r"(?:可以|同意|准予|给|那就)*(?:列入|通过|核实了|属实|上清单|放进?清单)(?:清单|心愿墙|吧|了|[。.!])*"
)
_DOES_NOT = re.compile(r"(?:先)?(?:不列入?|不通过|不予列入|不同意列入|不属实|驳回|退回去?)(?:吧|了|[。.!])*")


def of_a_wish(turn: Turn, text: str, before: int | None) -> Reply | None:
    """列入, 不通过: the wish this desk spoke of a moment ago, or the only one that waits to be verified."""
    intent = "verify_wish" if _LISTS.fullmatch(text) else "refuse_wish" if _DOES_NOT.fullmatch(text) else ""
    if not intent:
        return None
    found = cases.queue(turn.tx, turn.actor.reach(), "verify", turn.now, limit=LOOKED_AT)
    meant = [one for one in found if one.id == before] or found
    return _done_to(turn, intent, meant[0]) if len(meant) == 1 else None


def is_settled(turn: Turn, case_id: int, text: str) -> bool:
    """Whether 派给李明 can not mean this case: it has its answer, or 李明 has it."""
    case = turn.tx.get(Case, case_id)
    owner = turn.tx.get(Person, case.owner_id) if case else None
    return case is None or case.status not in UNFINISHED or bool(owner and owner.name and owner.name in text)


def _done_to(turn: Turn, intent: str, case: Case) -> Reply:
    """What is done to a case that was not named by its number: it is said which one that is."""
    turn.state.spoke_of(case.id, turn.now)
    told = {"case": case.id}
    if intent == "claim_task" and (task := tasks.of_case(turn.tx, case.id)):
        told = {"task": task.id}
    reply = turn.start(intent, told)
    line = turn.say("words.case_line", number=case.number, text=_words(turn, case)[:30])
    return reply if intent == "handle_case" else replace(reply, text=f"{line}\n{reply.text}")


def _meant(turn: Turn, phrase: str) -> Case | None:
    """The one case of their queues that fits what was said, better than any other."""
    found = cases.queue(turn.tx, turn.actor.reach(), "all", turn.now, limit=LOOKED_AT)
    people = desk_queue.names(turn.tx, {one.beneficiary_id for one in found if turn.actor.may_name(one)})
    places = desk_queue.place_names(turn.tx, {one.place_id for one in found if one.place_id})

    def fits(case: Case) -> float:
        about = turn.say("words.case_what", category=case.category, text=_words(turn, case))
        name = people.get(case.beneficiary_id, "") if turn.actor.may_name(case) else ""
        return fit(phrase, about + places.get(case.place_id or 0, ""), name)

    at = best([fits(one) for one in found])
    return None if at is None else found[at]


def _words(turn: Turn, case: Case) -> str:
    """As this desk may read them: of an anonymous case neither name nor room."""
    return private.words_for(turn.tx, turn.actor, case)


def a_word(turn: Turn, text: str, before: int | None) -> Reply | None:
    """The reply to 让他今晚去看看, 催一下李明, 3号问问到了没有: for whoever holds the case; None for others.

    `before` is the case that this desk spoke of a moment ago.
    """
    if len(text) > LONGEST:
        return None
    written = turn.heard.text.strip()
    for pattern, hurry in ((_HURRIES, True), (_HURRIES_OF, True), (_TELLS, False)):
        found = pattern.fullmatch(text)
        case = _which(turn, found["number"], before) if found else None
        if found is None or case is None:
            continue
        owner = turn.tx.get(Person, case.owner_id)
        rest = _after_the_name(found["rest"], owner.name if owner else "")
        if rest is None or hurry == bool(rest):
            continue
        turn.state.spoke_of(case.id, turn.now)
        said = written[-len(rest) :] if len(written) == len(text) else rest  # as it was written
        told = {"case": case.id} | ({"hurry": 1} if hurry else {"word": said})
        return turn.start("tell_holder", told)
    return None


def numbered(turn: Turn, number: str) -> Case | None:
    """The case of this number that the desk may handle."""
    return next((one for one in cases.by_number(turn.tx, int(number)) if turn.actor.may_run(one)), None)


def _which(turn: Turn, number: str | None, before: int | None) -> Case | None:
    if number is not None:
        return numbered(turn, number)
    case = turn.tx.get(Case, before)
    return case if case is not None and turn.actor.may_run(case) else None


def _after_the_name(rest: str, name: str) -> str | None:
    """What follows 他 or the holder's name; None when somebody else is spoken of."""
    said = name if name and rest.startswith(name) else None
    if said is None and (pronoun := _WHO.match(rest)):
        said = pronoun[0]
    if said is None:
        return None if rest else ""
    rest = rest[len(said) :]
    linked = _LINK.match(rest)
    return rest[linked.end() :] if linked else rest
