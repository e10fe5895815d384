"""诉求反映."""

from __future__ import annotations

from actions import cases
from bot.messages import Button, Reply
from bot.talk import Talk, intent
from domain.case import Case
from domain.labels import Category
from handlers.cards import case_card, remember
from handlers.join_case import joined
from handlers.keep_private import Delicate, delicate, words_of
from handlers.slots import WHAT, further
from handlers.where import WHERE, Where, home, mentioned
from nlu.complaints import complaint

SURE_OF_DANGER = 0.5  # below this words that say little are no danger


@intent(consent=True, menu=True)
def report_issue(talk: Talk) -> Reply:
    """A resident reports something broken and leaves with a number and a date."""
    what = talk.ask(WHAT)
    where = _of_an_office(talk, what) or talk.ask(WHERE)
    meaning, told = talk.understand(what), str(talk.flow.told.get("category"))
    unsure = meaning.category_confidence < SURE_OF_DANGER and meaning.category == Category.DANGER
    heard = Category.OTHER if unsure and meaning.emergency is None else meaning.category
    category = told if told in talk.community.categories else str(heard)
    told_of = delicate(talk, what, where.place)
    if told_of.about is not None and category != "property":
        category = "other"  # it is about somebody's conduct, whatever the words sound like
    shared = talk.community.category(category).merge_hours > 0  # a lift, a lamp: everybody's matter
    private = (meaning.private and not shared) or told_of.private or told_of.about is not None
    reply = joined(talk, what, where, category, private=private or bool(told_of.anonymity))
    if reply is not None:
        return reply
    case = cases.report(
        talk.tx,
        talk.actor,
        text=words_of(told_of, what),
        more=[words_of(told_of, words) for words in further(talk, what)],
        category=category,
        place=where.place,
        place_text=where.text,
        room="" if told_of.mask else where.room,
        files=talk.files,
        private=private,
        anonymity=told_of.anonymity,
        about=told_of.about,
        place_asked=where.place is None,
        now=talk.now,
    )
    remember(talk, case)
    return talk.say(
        "done" if where.place else "done_without_place",
        kept=_kept(talk, case, told_of),
        number=case.number,
        due=case.answer_by,
        category=talk.community.category_name(case.category, talk.locale),
        place=where.name() or talk.text("words.no_place"),
        unit=talk.community.units[case.unit_id].name,
        buttons=after_filing(talk, case, where),
        card=case_card(talk, case),
    )


def _of_an_office(talk: Talk, what: str) -> Where | None:
    """Who complains of an office and names no place means their own: they are not asked where."""
    place = home(talk)
    return Where(place=place) if place is not None and complaint(what) and not mentioned(talk) else None


def _kept(talk: Talk, case: Case, told: Delicate) -> str:
    """Who sees it and who knows the name, where that is not as usual."""
    lines = []
    if told.about is not None:
        unit = talk.community.units[case.unit_id].name
        lines.append(talk.text("kept_from", about=told.about.name, unit=unit))
    elif case.private:
        lines.append(talk.text("kept_private"))
    if case.anonymity:
        lines.append(talk.text("kept_anonymous"))
    return "".join(f"\n{line}" for line in lines)


def after_filing(talk: Talk, case: Case, where: Where) -> list[Button]:
    """What may be wanted right after: correct it, add to it, take it back; once: this is my home."""
    buttons = [
        talk.button("change_category", "change_category", case=case.id),
        talk.button("change_place", "change_place", case=case.id),
        talk.button("withdraw", "withdraw_case", case=case.id),
        talk.button("keep_private", "keep_private", case=case.id),
    ]
    if where.place is not None and talk.person.home_place_id is None:
        buttons.append(talk.button("is_home", "set_home", place=where.place.id))
    return buttons
