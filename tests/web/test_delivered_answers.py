"""An answer counts as delivered when the page has fetched it, and not when it only lies in the mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions import cases, closing
from bot import schedule
from bot.channels.webchat_mail import Mailboxes
from bot.house import Hub
from domain.events import Delivery
from nlu.understand import Understanding
from storage import community, outbox, people
from storage.store import Store
from tests.acting import Stage, hurried


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    stage = Stage(hurried(demo_store), understanding)
    stage.cast("wang-ayi", "sunli")
    return stage


def answered(stage: Stage, channel: str) -> tuple[int, int]:
    """A case of somebody who writes on this channel, answered and told; with the address."""
    place = stage.place("yangguanghuayuan-3-2")

    def act(tx, by):
        found = community.place(tx, place)
        return cases.report(tx, by, text="灯", category="repairs", place=found, now=stage.now).id

    with stage.store.begin() as tx:
        person = stage.person(tx, "wang-ayi")
        for one in people.reachable(tx, person.id):
            people.close_address(tx, one.id)
        address, _, _ = people.arrive(tx, channel, "her phone", "zh_Hans", stage.now)
        people.bind(tx, address.id, person.id)
    case = stage.does("wang-ayi", act)
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, case, "好了", (), stage.now))
    stage.work()
    return case, address.id


def the_case(stage: Stage) -> Any:
    (row,) = stage.rows("cases")
    return row


async def test_an_answer_in_a_mailbox_arrives_when_the_page_fetches_it(stage: Stage) -> None:
    _, address = answered(stage, "web")
    schedule.settle(stage.conversation, stage.now)
    assert the_case(stage).delivered_at is None
    with stage.store.read() as tx:
        letter = outbox.mail_since(tx, address, 0)[-1].id
    mail = Mailboxes(stage.store, Hub())
    await mail.fetched(address, letter - 1, stage.now)
    schedule.settle(stage.conversation, stage.now)
    assert the_case(stage).delivered_at is None, "what came before is not the answer"
    await mail.fetched(address, letter, stage.now)
    assert schedule.settle(stage.conversation, stage.now) == 1
    assert the_case(stage).delivered_at is not None


def test_a_mailbox_nobody_opens_asks_for_a_visit_and_silence_closes_nothing(stage: Stage) -> None:
    answered(stage, "web")
    stage.later(days=1)
    assert schedule.settle(stage.conversation, stage.now) == 0
    stage.later(days=1, hours=1)
    assert schedule.settle(stage.conversation, stage.now) == 1
    assert schedule.settle(stage.conversation, stage.now) == 0, "one visit is enough"
    stage.now += timedelta(days=30)
    schedule.tick(stage.conversation, stage.now)
    schedule.sweep(stage.conversation, stage.now)
    assert the_case(stage).status == "answered", "an answer that did not arrive ends nothing"
    (visit,) = [row for row in stage.rows("tasks") if row.visits_case_id]
    assert visit.state == "open"


@pytest.mark.parametrize("state", ["refused", "unreached", "unknown"])
def test_an_answer_that_cannot_be_sent_asks_for_a_visit(stage: Stage, state: str) -> None:
    answered(stage, "story")
    with stage.store.begin() as tx:
        for row in stage_deliveries(tx):
            outbox.mark(tx, row.id, state=state, sent_at=None)
    assert schedule.settle(stage.conversation, stage.now) == 1
    assert [row.kind for row in stage.rows("events")].count("answer_unreached") == 1


def stage_deliveries(tx) -> list[Delivery]:
    from storage.tables import deliveries

    return tx.all(Delivery, deliveries.c.kind == "notify.case_answered")


def test_seven_days_count_from_the_delivery_and_a_lost_reminder_changes_nothing(stage: Stage) -> None:
    answered(stage, "story")
    assert schedule.settle(stage.conversation, stage.now) == 1
    stage.later(days=6, hours=23)
    schedule.tick(stage.conversation, stage.now)
    assert the_case(stage).status == "answered"
    stage.later(hours=2)
    stage.later(minutes=5)
    schedule.tick(stage.conversation, stage.now)
    row = the_case(stage)
    assert (row.status, row.closed_how) == ("closed", "unconfirmed")
    assert timedelta(days=7) == closing.SILENT_FOR
