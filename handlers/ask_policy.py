"""办事: what to bring, where to go, when it is open; what the handbook does not know goes to a human."""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Reply
from bot.talk import Talk, intent
from bot.texts import commands
from domain.community import PolicyRow
from nlu.handbook import goes_on
from storage import community

GOES_ON = timedelta(minutes=10)


@intent(menu=True, keeps_words=True)
def ask_policy(talk: Talk) -> Reply:
    """The handbook's entry that fits the question best."""
    entries = community.handbook(talk.tx)
    if "entry" in talk.flow.told:
        found = [entry for key, entry in entries if key == talk.told_id("entry")]
    else:
        found = _fitting([entry for _, entry in entries], talk.said.text)
    if not found and (before := _asked_before(talk, [entry for _, entry in entries])) is not None:
        found = [before]
    if len(found) == 1:
        entry = found[0]
        talk.state.rule = {"entry": entry.key, "until": (talk.now + GOES_ON).isoformat()}
        return talk.say(
            "done",
            title=entry.title,
            bring=entry.bring,
            where=entry.where,
            hours=entry.hours,
            buttons=[talk.button("human", "talk_to_human")],
        )
    if not found and talk.said.text.strip("。.!！ ").lower() in ("", *commands(talk.locale)):
        found = [entry for _, entry in entries]
    keys = {entry.key: key for key, entry in entries}
    buttons = [talk.button(entry.title, "ask_policy", entry=keys[entry.key]) for entry in found[:6]]
    buttons.append(talk.button("human", "talk_to_human"))
    if found:
        return talk.say("which", buttons=buttons)
    for words in talk.flow.words[-1:]:
        talk.state.lose(words)
    return talk.say("unknown", buttons=buttons)


def _asked_before(talk: Talk, entries: list[PolicyRow]) -> PolicyRow | None:
    """The entry shown a moment ago, when a short question goes on with it: 要带什么材料, 几点开门."""
    shown = talk.state.rule
    if not goes_on(talk.said.text) or shown.get("until", "") < talk.now.isoformat():
        return None
    return next((entry for entry in entries if entry.key == shown["entry"]), None)


def _fitting(entries: list[PolicyRow], text: str) -> list[PolicyRow]:
    """The entries named in the text; the longest words that fit decide."""
    scored = [(_longest(entry, text), entry) for entry in entries]
    best = max((score for score, _ in scored), default=0)
    return [entry for score, entry in scored if score == best and score >= 2]


def _longest(entry: PolicyRow, text: str) -> int:
    """How many characters of the text the entry is named by."""
    text = text.lower()
    return max(
        (len(word) for word in (entry.title, *entry.words) if word and word.lower() in text), default=0
    )
