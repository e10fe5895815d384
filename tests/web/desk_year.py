"""Some weeks of a branch: reports with what became of them, as the record would hold them."""

from __future__ import annotations

from datetime import timedelta

from actions import cases, deciding, joining, proposals, ratings, tasks
from domain.access import Actor
from domain.events import Reminder
from domain.proposals import Ballot, Majority
from storage import community as places
from storage import people
from storage import tasks as task_rows
from storage.tx import Tx
from tests.web.serving import Server, clock

MATTERS = (
    ("repairs", "楼道灯坏了"),
    ("sanitation", "垃圾没人清"),
    ("parking", "消防通道停了车"),
    ("lift", "电梯停了"),
    ("repairs", "水管漏水"),
    ("noise", "半夜很吵"),
)
RESIDENTS = ("wang-ayi", "li-nainai", "xiaochen", "zhang-xiansheng", "chen-popo", "smith")


def live_through(server: Server, count: int = 60) -> None:
    """`count` reports, one every other day up to now: taken up at different speeds, most of them solved."""
    with server.house.store.begin() as tx:
        for n in range(count):
            _one(tx, server, n, count)


def _actor(tx: Tx, server: Server, key: str) -> Actor:
    person = people.by_key(tx, key)
    assert person is not None
    known = server.house.conversation.community(tx)
    return Actor(person=person, roles=tuple(people.roles_of(tx, person.id, clock())), community=known)


def _one(tx: Tx, server: Server, n: int, count: int) -> None:
    at = clock() - timedelta(days=2 * (count - n) - 1.5)
    category, text = MATTERS[n * n % len(MATTERS)]
    resident = _actor(tx, server, RESIDENTS[n % len(RESIDENTS)])
    building = places.place_by_key(tx, f"yangguanghuayuan-{1 + n * n % 12}")
    case = cases.report(tx, resident, text=text, category=category, place=building, now=at)
    if n % 5 == 4 and n > count - 15:
        for other in RESIDENTS:
            if other != RESIDENTS[n % len(RESIDENTS)]:
                joining.join(tx, _actor(tx, server, other), case.id, [], [], at)
        return
    if n % 7 == 6:
        return
    liming, task = _actor(tx, server, "liming"), task_rows.of_case(tx, case.id)
    assert task is not None
    tasks.claim(tx, liming, task.id, at + timedelta(hours=(0.5, 3, 6, 20, 50, 90)[n % 6]))
    if n % 4 == 3 and n > count - 20:
        return
    tasks.finish(tx, liming, task.id, "好了", (), at + timedelta(hours=95))
    if n % 6 == 5:
        return
    cases.confirm(tx, resident, case.id, at + timedelta(hours=96))
    ratings.rate(tx, resident, task.id, 3 + n % 3, "", at + timedelta(hours=97))


VOTERS = ("wang-ayi", "li-nainai", "xiaochen", "zhang-xiansheng", "liming", "zhaoqiang")


def propose(server: Server) -> list[int]:
    """Three matters of the branch: under deliberation with what 王阿姨 said, adopted, and published."""
    with server.house.store.begin() as tx:
        sunli = _actor(tx, server, "sunli")
        unit = next(one.id for one in sunli.community.units.values() if one.key == "b-yangguanghuayuan")
        return [_proposal(tx, server, sunli, unit, far) for far in range(3)]


def _proposal(tx: Tx, server: Server, by: Actor, unit: int, far: int) -> int:
    at = clock() - timedelta(days=7 if far else 0)
    one = proposals.begin(
        tx, by, unit, title=("车棚装门禁", "换单元门", "广场舞几点结束")[far], text="晚上12点锁门。",
        days=3, by_household=False, turnout=33, majority=Majority.HALF, now=at,
    )  # fmt: skip
    if not far:
        words = "我是302的王阿姨，12点太晚了"
        proposals.say(tx, _actor(tx, server, "wang-ayi"), one.id, words, at)
        return one.id
    opened = at + timedelta(days=3)
    deciding.start(tx, by, one.id, 3, opened)
    for who in VOTERS:
        deciding.vote(tx, _actor(tx, server, who), one.id, Ballot.YES, opened)
    due = Reminder(key="", kind="proposal_ends", subject_id=one.id, due_at=clock())
    deciding.end(tx, due, clock())
    if far == 2:
        proposals.publish(tx, by, one.id, clock(), promised_for=clock() + timedelta(days=9))
    return one.id
