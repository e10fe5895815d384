"""Not sure: two guesses to press, and the words go along."""

from __future__ import annotations

from bot import texts
from bot.messages import Reply
from bot.talk import INTENTS, Choice, Redirect, Slot, Talk, intent

INTENT: Slot[str] = Slot(
    name="intent",
    read=lambda talk, heard: None,
    load=lambda talk, value: str(value) if value in INTENTS else None,
    offer=lambda talk: [
        *[
            Choice(label=talk.text(f"words.intent.{guess}"), value=guess)
            for guess in talk.flow.told.get("guesses", ())
            if texts.has(f"words.intent.{guess}")
        ],
        Choice(label=talk.text("buttons.human"), value="talk_to_human"),
    ],
)


@intent()
def which(talk: Talk) -> Reply:
    """The person says which of two was meant; the chosen flow goes on with what they said before."""
    chosen = talk.ask(INTENT)
    raise Redirect(chosen, chosen=chosen in talk.flow.told.get("guesses", ()))
