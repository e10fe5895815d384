"""Fifty writers at once never hear that the database is locked."""

from __future__ import annotations

import threading

from actions import tasks
from domain.people import RoleKind
from nlu.understand import Understanding
from storage.secret import Cipher
from storage.store import Store
from tests.acting import Stage
from tests.conftest import KEY


def test_fifty_threads_that_read_and_then_write_are_all_served(
    demo_store: Store, understanding: Understanding
) -> None:
    stage = Stage(demo_store, understanding)
    stage.cast("sunli")
    unit = stage.unit("b-yangguanghuayuan")
    people = stage.crowd(50, RoleKind.MEMBER, "b-yangguanghuayuan")
    posts = [
        stage.does("sunli", lambda tx, by: tasks.post(tx, by, unit, title="x", places=50, now=stage.now).id)
        for _ in range(6)
    ]
    wrong: list[BaseException] = []

    def claims(who: str) -> None:
        try:
            for post in posts:
                stage.does(who, lambda tx, by, p=post: tasks.claim(tx, by, p, stage.now))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=claims, args=(who,)) for who in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not wrong
    assert stage.count("claims") == 300
    assert {row.taken for row in stage.rows("tasks")} == {50}


def test_a_second_process_that_writes_is_waited_for(demo_store: Store, understanding: Understanding) -> None:
    """Two stores on one database, as two processes have them."""
    url = demo_store.url.render_as_string(hide_password=False)
    other = Store(url, Cipher(KEY))
    stages = [Stage(demo_store, understanding), Stage(other, understanding)]
    stages[0].cast("wang-ayi", "li-nainai")
    wrong: list[BaseException] = []

    def writes(stage: Stage, who: str) -> None:
        try:
            for number in range(25):
                stage.say(who, "阳光花园3栋2单元楼道灯坏了", message_id=f"{who}-{number}")
        except BaseException as error:
            wrong.append(error)

    pairs = zip(stages, ("wang-ayi", "li-nainai"), strict=True)
    threads = [threading.Thread(target=writes, args=pair) for pair in pairs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    other.close()
    assert not wrong
    assert not stages[0].crashes()
    assert stages[0].count("seen") == 50
