"""Who has turned a kind of notices off is left out when recipients are frozen, and of nothing else."""

from __future__ import annotations

import pytest

from actions import broadcasts, muting, notices
from actions.people import consent
from domain.access import Actor
from domain.errors import NeverMuted, NobodyThere, NotFound
from domain.events import Delivery
from domain.notices import SECOND_PERSON_ABOVE, Notice, NoticeState, Topic, guessed
from storage import broadcasts as recipients
from storage import community, people
from storage.store import Store
from storage.tx import Tx
from tests.conftest import NOW
from tests.test_large_notice import neighbours


def somebody(tx: Tx, key: str) -> Actor:
    person = people.by_key(tx, key)
    assert person is not None
    person = consent(tx, person, NOW) or person
    person = people.by_key(tx, key) or person
    roles = tuple(people.roles_of(tx, person.id, NOW))
    return Actor(person=person, roles=roles, community=community.load(tx))


def sent(tx: Tx, topic: Topic, **more: bool) -> Notice:
    by = somebody(tx, "sunli")
    branch, told = by.roles[0].unit_id, {"audience": "all", "previewed": 0, "now": NOW} | more
    return notices.send(tx, by, branch, text="周六包饺子", topic=topic, **told)  # type: ignore[arg-type]


def test_recipients_are_frozen_without_those_who_turned_it_off(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        wang = somebody(tx, "wang-ayi")
        assert muting.mute(tx, wang, "activity") is Topic.ACTIVITY
        muting.mute(tx, somebody(tx, "wang-ayi"), "activity")  # twice is harmless
        by = somebody(tx, "sunli")
        seen = notices.forecast(tx, by, by.roles[0].unit_id, "all", NOW, topic=Topic.ACTIVITY)
        everybody = notices.forecast(tx, by, by.roles[0].unit_id, "all", NOW)
        assert (seen.muted, seen.count) == (1, everybody.count - 1)
        activity = sent(tx, Topic.ACTIVITY)
        assert not recipients.was_sent(tx, activity.id, wang.id)
        assert activity.recipients == seen.count
        assert recipients.was_sent(tx, sent(tx, Topic.GENERAL).id, wang.id)
        assert recipients.was_sent(tx, sent(tx, Topic.ACTIVITY, safety=True).id, wang.id)
        muting.hear(tx, somebody(tx, "wang-ayi"), "activity")
        assert recipients.was_sent(tx, sent(tx, Topic.ACTIVITY).id, wang.id)


def test_a_correction_reaches_those_who_turned_it_off_since(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        wang = somebody(tx, "wang-ayi")
        wrong = tx.save(sent(tx, Topic.ACTIVITY).move("go"))
        tx.connection.exec_driver_sql(f"update deliveries set state='sent' where notice_id={wrong.id}")
        muting.mute(tx, wang, "activity")
        right = broadcasts.correct(tx, somebody(tx, "sunli"), wrong.id, "改到周日", NOW)
        assert recipients.was_sent(tx, right.id, wang.id)


def test_the_second_person_sends_to_those_who_want_it_then(demo_store: Store) -> None:
    neighbours(demo_store, SECOND_PERSON_ABOVE)
    with demo_store.begin() as tx:
        waiting = sent(tx, Topic.ACTIVITY)
        assert waiting.state is NoticeState.WAITING
        muting.mute(tx, somebody(tx, "neighbour-7"), "activity")
        going = notices.approve(tx, somebody(tx, "xujing"), waiting.id, NOW)
        assert going.recipients == waiting.recipients - 1
        seven = somebody(tx, "neighbour-7").id
        assert not recipients.was_sent(tx, going.id, seven)


def test_only_what_can_be_turned_off_is_held_back(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        wang = somebody(tx, "wang-ayi")
        for topic in muting.topics(wang):
            muting.mute(tx, somebody(tx, "wang-ayi"), topic)
        kinds = ("notify.proposal_opened", "notify.case_answered", "notify.activity_due_2h", "notify.alarm")
        told = [Delivery(key=kind, kind=kind, person_id=wang.id, due_at=NOW) for kind in kinds]
        assert [one.kind for one in muting.without(tx, told)] == list(kinds[1:])
        assert sent(tx, Topic.NEWS).recipients > 0  # the others still hear


def test_nothing_is_sent_where_everybody_has_turned_it_off(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        by = somebody(tx, "sunli")
        for person in notices.recipients(tx, by, by.roles[0].unit_id, "members"):
            known = tx.get(type(by.person), person)
            assert known is not None
            muting.mute(tx, Actor(person=known, roles=(), community=by.community), "news")
        with pytest.raises(NobodyThere):
            sent(tx, Topic.NEWS, audience="members")  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "error"), [("safety", NeverMuted), ("posts", NotFound), ("x", NotFound)])
def test_safety_and_what_there_is_not_cannot_be_turned_off(
    demo_store: Store, name: str, error: type[Exception]
) -> None:
    with demo_store.begin() as tx, pytest.raises(error):
        muting.mute(tx, somebody(tx, "wang-ayi"), name)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("周六上午包饺子，欢迎报名", Topic.ACTIVITY),
        ("反诈宣传进社区", Topic.NEWS),
        ("明天上午停水", Topic.GENERAL),
        ("本月月报", Topic.NEWS),
    ],
)
def test_what_a_notice_is_about_is_guessed_from_its_words(text: str, topic: Topic) -> None:
    assert guessed(text) is topic
