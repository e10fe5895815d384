"""活动: this month's theme and what is on."""

from __future__ import annotations

from actions import activities
from bot.messages import Card, Reply
from bot.talk import Talk, intent
from domain.notices import Activity
from storage import notices as rows


@intent(menu=True)
def list_activities(talk: Talk) -> Reply:
    """What can be joined where somebody lives, soonest first."""
    theme = activities.theme(talk.tx, talk.actor, talk.now)
    found = activities.coming(talk.tx, talk.actor, talk.now)
    head = talk.text("theme", title=theme.title) if theme else ""
    if not found:
        return Reply(text=f"{head}\n{talk.text('none')}".strip())
    lines, cards, buttons = [], [], []
    for number, activity in enumerate(found, 1):
        known = rows.sign_up(talk.tx, activity.id, talk.person.id)
        joined = known is not None and known.state != "left"
        lines.append(f"{number}. {activity_line(talk, activity)}{talk.text('joined') if joined else ''}")
        label = talk.text("leave" if joined else "join", title=activity.title[:12])
        name = "leave_activity" if joined else "sign_up_activity"
        buttons.append(talk.button(label, name, activity=activity.id))
        cards.append(_card(talk, activity, buttons[-1].payload, joined=joined))
    body, title = talk.text("list", lines="\n".join(lines)), talk.text("list", lines="")
    return Reply(
        text=f"{head}\n{body}".strip(),
        lead=f"{head}\n{title}".strip(),
        cards=tuple(cards),
        buttons=tuple((button,) for button in buttons),
    )


def _card(talk: Talk, activity: Activity, press: str, *, joined: bool) -> Card:
    """Title, time, place, places left, and whether one has signed up."""
    left = {"free": max(0, activity.places - activity.taken), "places": activity.places}
    lines = (
        talk.text("card_when", when=activity.starts_at),
        talk.text("card_where", where=activity.where) if activity.where else "",
        talk.text("card_places", **left) if activity.places else "",
        talk.text("card_joined") if joined else "",
    )
    shown = tuple(line for line in lines if line)
    return Card(kind="activity", title=activity.title, lines=shown, presses=(press,))


def activity_line(talk: Talk, activity: Activity) -> str:
    """When, what, where, how many places are left."""
    left = activity.places - activity.taken
    places = talk.text("words.places", free=max(0, left), places=activity.places) if activity.places else ""
    return talk.text(
        "words.activity_line",
        when=activity.starts_at,
        title=activity.title,
        where=activity.where,
        places=places,
    )
