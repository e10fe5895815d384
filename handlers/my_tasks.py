"""我的任务: what a member holds and where they wait."""

from __future__ import annotations

from bot.messages import Button, Reply
from bot.talk import Talk, intent
from domain.case import Case
from domain.tasks import ClaimState
from handlers.cards import place_of, task_line
from handlers.claim_task import MEMBERS, finishing
from storage import tasks as rows

_OFFERED = 5  # tasks shown to whoever holds none


@intent(roles=MEMBERS, menu=True)
def my_tasks(talk: Talk) -> Reply:
    """The list with what can be done, and how many were done before."""
    held = rows.held_by(talk.tx, talk.person.id)
    done = rows.done_by(talk.tx, talk.person.id)
    if not held:
        if open_ones := rows.open_in(talk.tx, talk.actor.service_area(), limit=_OFFERED):
            offered = [talk.button(task_line(talk, task), "claim_task", task=task.id) for task in open_ones]
            return talk.say("none_yet", done=done, buttons=offered)
        return talk.say("none", done=done, buttons=[talk.button("claim_more", "claim_task")])
    lines, buttons = [], list[list[Button]]()
    for task, claim in held:
        case = talk.tx.get(Case, task.case_id)
        line = task_line(talk, task)
        if case is not None:
            line = talk.text("line", line=line, place=place_of(talk, case), due=case.answer_by)
        if claim.state is ClaimState.WAITING:
            line = talk.text("waiting", line=line)
        lines.append(line)
        finish = talk.button(talk.text("finish", number=task.number), finishing(task), task=task.id)
        back = talk.button(talk.text("give_back", number=task.number), "give_back_task", task=task.id)
        over = talk.button(talk.text("hand_over", number=task.number), "hand_over_task", task=task.id)
        goes = talk.button(talk.text("progress", number=task.number), "report_progress", task=task.id)
        rest = [finish, back, over, *([goes] if case else [])]
        buttons.append(rest if claim.state is ClaimState.HELD else [back])
    return talk.say("list", lines="\n".join(lines), count=len(held), done=done, buttons=buttons)
