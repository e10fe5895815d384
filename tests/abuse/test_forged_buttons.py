"""Buttons somebody never had: other people's and other branches' ids under every intent that takes one."""

from __future__ import annotations

import pytest

from bot.talk import INTENTS
from tests.abuse.conftest import CAST, Things
from tests.acting import Stage

NOBODYS = 99_999_999

SECRETARIES = frozenset({"sunli", "hejun"})
ABOVE = frozenset({"xujing", "linxiao", "tangning"})  # the community and the subdistrict over the branch
DESK = SECRETARIES | ABOVE
OWN = frozenset({"wang-ayi"})
LIMING, ZHAO = frozenset({"liming"}), frozenset({"zhaoqiang"})
BRANCH_MEMBERS = frozenset({"liming", "zhaoqiang", "liuyang"})
NEIGHBOURS = frozenset({"wang-ayi", "li-nainai", "zhang-xiansheng", "fengjie"}) | BRANCH_MEMBERS | DESK
PROPERTY = frozenset({"fengjie"})
VOTERS = (NEIGHBOURS - ABOVE - PROPERTY) | {"wu-xiansheng", "linfeng", "guozhiyuan"}
LIVE_THERE = VOTERS - {"wu-xiansheng", "linfeng", "guozhiyuan"}

# payload → who may press it; {…} is an id that belongs to 王阿姨, 李明 or their branch
BUTTONS: dict[str, frozenset[str]] = {
    "case_status case={open}": OWN,
    "add_to_case case={open} more=x": OWN,
    "withdraw_case case={open} sure=yes": OWN,
    "withdraw_case case={held} sure=yes": OWN,
    "confirm_case case={answered}": OWN,
    "reopen_case case={answered} reason=x": OWN,
    "rate_service task={served} stars=1 words=x": OWN,
    "rate_service task={served} stars=5": OWN,
    "change_place case={open} where=1": OWN,
    "change_category case={open} category=noise": OWN | DESK,
    "ask_resident case={held} question=x": DESK | LIMING,
    "handle_case case={open}": DESK,
    "handle_case case={held}": DESK | LIMING,
    "answer_case case={open} answer=x": DESK,
    "assign_case case={open} member={member}": DESK,
    "transfer_case case={open} unit=1 reason=x": DESK,
    "sign_case case={open}": DESK,
    "escalate_case case={open} reason=x": DESK,
    "not_ours case={open} who=x reason=x outside_number=x": DESK,
    "supervise_case case={open} span=4wh reason=x": DESK,
    "answer_supervision supervision={supervision} report=x": DESK,
    "lift_supervision supervision={supervision}": DESK,
    "report_progress task={task} progress=x": LIMING,
    "visit_door task={visit}": LIMING,
    "told_at_door task={visit} said=solved words=x": LIMING,
    "claim_task task={low}": DESK,
    "give_visit task={low}": DESK,
    "give_visit task={low} member={member}": DESK,
    "call_on task={called}": LIMING,
    "tell_visit task={called} outcome=settled words=x": LIMING,
    "vote appraisal={appraisal}": VOTERS,
    "appraisal_results appraisal={appraisal}": ABOVE,
    "publish_appraisal appraisal={appraisal}": ABOVE,
    "show_proposal proposal={talked}": LIVE_THERE | DESK,
    "say_opinion proposal={talked}": LIVE_THERE | DESK,
    "say_opinion proposal={talked} opinion=x": LIVE_THERE | DESK,
    "vote_proposal proposal={balloted}": LIVE_THERE,
    "vote_proposal proposal={balloted} choice=yes": LIVE_THERE,
    "read_opinions proposal={talked}": DESK,
    "show_opinion opinion={opinion}": DESK,
    "show_opinion opinion={opinion} words=x": DESK,
    "amend_proposal proposal={talked} wording=x": DESK,
    "withdraw_proposal proposal={talked} reason=x": DESK,
    "start_vote proposal={talked}": DESK,
    "publish_proposal proposal={counted}": DESK,
    "publish_proposal proposal={counted} day=2026-12-20T18:00:00+08:00 owner=- confirm=yes": DESK,
    "finish_proposal proposal={decided} done=yes result=x confirm=yes": DESK,
    "take_over case={behalf}": OWN,
    "not_mine case={behalf}": OWN,
    "case_code case={walk_in}": DESK,
    "see_phone case={walk_in}": DESK,
    "keep_private case={open}": OWN,
    "keep_private case={open} how=private": OWN,
    "merge_case case={open} into={held}": DESK,
    "merge_case case={held}": DESK,
    "unmerge_case case={merged}": DESK,
    "verify_wish case={wish}": DESK,
    "refuse_wish case={wish} reason=x": DESK,
    "verify_member membership={membership} accept=yes": DESK,
    "verify_member membership={membership} accept=no": DESK,
    "accept_transfer offer={transfer}": PROPERTY | DESK,
    "refuse_transfer offer={transfer}": PROPERTY | DESK,
    "claim_task task={open_task}": BRANCH_MEMBERS | DESK,
    "claim_task task={post}": BRANCH_MEMBERS | DESK,
    "claim_task task={private_task}": DESK,
    "finish_task task={task} answer=x": LIMING,
    "finish_task task={task}": LIMING,
    "give_back_task task={task}": LIMING,
    "hand_over_task task={task}": LIMING,
    "give_back_task task={task} reason=x": LIMING,
    "tell_holder case={held} word=x": DESK,
    "tell_holder case={held} hurry=1": DESK,
    "tell_desk case={held} word=x": LIMING,
    "hand_over_task task={task} colleague={member}": LIMING,
    "accept_hand_over offer={hand_over}": ZHAO,
    "refuse_hand_over offer={hand_over}": ZHAO,
    "cancel_notice notice={notice}": DESK,
    "approve_notice notice={notice}": ABOVE,
    "pause_notice notice={notice}": DESK,
    "resume_notice notice={notice}": DESK,
    "stop_notice notice={notice}": DESK,
    "correct_notice notice={notice} correction=x sure=yes": DESK,
    "visit_homes task={homes}": LIMING,
    "notice_receipts notice={notice}": DESK,
    "read_notices got={notice}": BRANCH_MEMBERS,
    "sign_up_activity activity={activity}": NEIGHBOURS,
    "leave_activity activity={activity}": OWN,
    "ask_about_activity mine={activity} question=x": OWN,
    "ask_about_activity mine={activity} question=x pass_on=yes": OWN,
    "cancel_activity activity={activity}": DESK,
    "call_off_activity ours={activity} off=yes": DESK,
    "move_activity ours={activity}": DESK,
    "month_picture unit={branch} back=0": DESK,
    "end_role role={role} reason=x sure=yes": DESK,
    "answer_call call={call}": LIMING,
    "decline_call call={call}": LIMING,
    "end_call call={call}": OWN,
}
IN_A_UNITS_NAME = {
    "broadcast_notice unit={branch} notice=x audience=all confirm=yes": "notices",
    "set_theme unit={branch} month=2026-12 title=x": "themes",
    "plan_activity unit={branch} title=x when=2026-12-01T10:00:00+08:00 venue=x places=1": "activities",
    "post_task unit={branch} title=x posts=1": "tasks",
    "open_appraisal unit={branch} kind=workers who=- days=7 sure=yes": "appraisals",
    "open_proposal unit={branch} title=x about=y days=3 seats=person turnout=33 majority=half sure=yes": (
        "proposals"
    ),
    "publish_stars unit={branch} period=2026-Q3 confirm=yes": "notices",
}
"""What is done in the name of a unit, and the table it is written to."""
WITHOUT_IDS = frozenset(
    "ask_policy bind bind_contact book_resource branch_queue call_emergency call_member cancel find_member "
    "greet help list_activities my_tasks out_of_scope pair_visit register_member relay report_issue "
    "report_on_behalf request_wish set_home speak start supervisions talk_to_human which how_counted "
    "my_service month_figures hear_voice return_visits stars open_desk find_outside "
    "list_proposals my_data correct_name correct_phone withdraw_consent erase_me add_device "
    "notice_settings mute_notices hear_notices stop_pushes activity_sign_ups office_number".split()
)
"""Intents whose buttons name nothing that could be somebody else's."""


def test_every_intent_is_in_the_matrix() -> None:
    covered = {payload.split()[0] for payload in (*BUTTONS, *IN_A_UNITS_NAME)}
    assert covered | WITHOUT_IDS == set(INTENTS)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_forged_button_finds_nothing_and_writes_nothing(day: Stage, things: Things, button: str) -> None:
    facts = {name: getattr(things, name) for name in Things.__slots__}
    forged, nobodys = button.format(**facts), button.format(**dict.fromkeys(facts, NOBODYS))
    before = day.written()
    for who in CAST:
        if who in BUTTONS[button]:
            continue
        refused = day.pressed(who, nobodys)
        day.forget(who)
        assert day.pressed(who, forged) == refused, who
        day.forget(who)
        assert {row.actor_id for row in day.refusals()[-2:]} == {day.does(who, lambda tx, by: by.id)}, who
    assert day.written() == before


@pytest.mark.parametrize("button", IN_A_UNITS_NAME)
def test_nothing_is_done_in_the_name_of_a_foreign_unit(day: Stage, things: Things, button: str) -> None:
    table = IN_A_UNITS_NAME[button]
    before = {row.id for row in day.rows(table)}
    for who in CAST:
        if who in DESK:
            continue
        day.press(who, button.format(branch=things.branch))
        day.forget(who)
    made = [row for row in day.rows(table) if row.id not in before]
    assert things.branch not in {row.unit_id for row in made}


@pytest.mark.parametrize("button", BUTTONS)
def test_the_same_button_does_something_for_who_was_given_it(day: Stage, things: Things, button: str) -> None:
    """Otherwise the test above could pass for a wrong reason."""
    facts = {name: getattr(things, name) for name in Things.__slots__}
    who = sorted(BUTTONS[button] - {"wang-ayi"} or BUTTONS[button])[-1]
    nothing = day.pressed(who, button.format(**dict.fromkeys(facts, NOBODYS)))
    day.forget(who)
    assert day.pressed(who, button.format(**facts)) != nothing
