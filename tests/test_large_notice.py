"""A notice to more than five hundred people needs a second person, and nobody approves their own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from actions import notices
from actions.people import consent
from bot.media import Files
from domain.access import Actor
from domain.errors import AlreadyDone, NotAllowed, NotFound
from domain.notices import SECOND_PERSON_ABOVE, NoticeState
from domain.people import Person
from nlu.understand import Understanding
from storage import community, people
from storage.store import Store
from storage.tx import Tx
from tests.conftest import NOW
from tests.story import Player


def neighbours(store: Store, number: int) -> None:
    """So many more people live in one building of 阳光花园."""
    with store.begin() as tx:
        place = community.place_by_key(tx, "yangguanghuayuan-4-1")
        assert place is not None
        for n in range(number):
            tx.add(Person(key=f"neighbour-{n}", name=f"邻居{n}", home_place_id=place.id, created_at=NOW))


def somebody(tx: Tx, key: str) -> Actor:
    person = people.by_key(tx, key)
    assert person is not None
    consent(tx, person, NOW)
    return Actor(
        person=person, roles=tuple(people.roles_of(tx, person.id, NOW)), community=community.load(tx)
    )


def test_a_large_notice_waits_for_the_level_above(demo_store: Store) -> None:
    neighbours(demo_store, SECOND_PERSON_ABOVE)
    with demo_store.begin() as tx:
        secretary, community_staff = somebody(tx, "sunli"), somebody(tx, "xujing")
        unit = secretary.units({role.kind for role in secretary.roles})[0]
        waiting = notices.send(tx, secretary, unit, text="停水", audience="all", previewed=0, now=NOW)
        assert waiting.state is NoticeState.WAITING
        assert waiting.goes_at is None
        with pytest.raises((NotFound, NotAllowed)):
            notices.approve(tx, secretary, waiting.id, NOW)
        with pytest.raises(NotFound):
            notices.approve(tx, somebody(tx, "guozhiyuan"), waiting.id, NOW)
        going = notices.approve(tx, community_staff, waiting.id, NOW)
        assert going.goes_at == NOW + timedelta(seconds=60)
        with pytest.raises(AlreadyDone):
            notices.approve(tx, community_staff, waiting.id, NOW)


def test_who_wrote_it_cannot_approve_it_from_the_level_above_either(demo_store: Store) -> None:
    neighbours(demo_store, SECOND_PERSON_ABOVE)
    with demo_store.begin() as tx:
        officer = somebody(tx, "tangning")  # of the subdistrict, above every branch
        branch = somebody(tx, "sunli").roles[0].unit_id
        waiting = notices.send(tx, officer, branch, text="停水", audience="all", previewed=0, now=NOW)
        with pytest.raises(NotAllowed):
            notices.approve(tx, officer, waiting.id, NOW)


STORY = """@2026-11-23 09:00
孙丽: 发通知
孙丽: 明天全小区停水
孙丽: [全部居民和党员]
孙丽: [确认发送]
许静: [同意发送]
邻居7: 通知
(2分钟后)
邻居7: [收到]
"""


def test_the_chat_says_who_has_to_agree(
    demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    neighbours(demo_store, SECOND_PERSON_ABOVE)
    player = Player(store=demo_store, understanding=understanding, files=Files(tmp_path, 1_000_000))
    told = player.play(STORY)
    assert "超过 500 人需要阳光社区的一位同志同意" in told
    assert "bot -> 许静: 阳光花园网格党支部的孙丽要发通知给 519 人，需要您同意：" in told
    assert "bot -> 孙丽: 许静同意了，一分钟后发给 519 人。" in told
    assert "邻居7: 通知\nbot: 没有通知。" in told, "nobody hears it before it goes out"
    assert "邻居7: [收到]\nbot: 好的，已记下您收到了。" in told
