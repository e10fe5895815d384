"""Tasks, low stars, votes and roles of the demo community, as the tests of the desk need them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from actions import appraisals, cases, closing, ratings, tasks
from domain.access import Actor
from domain.appraisals import AppraisalKind, Mark
from domain.case import Case
from domain.events import Reminder
from domain.people import Role, RoleKind
from storage import community as places
from storage import people
from storage import tables as t
from storage import tasks as task_rows
from storage.tx import Tx
from tests.web.serving import Server, clock

BRANCH, COMMUNITY = "b-yangguanghuayuan", "c-yangguang"
VOTERS = ("wang-ayi", "li-nainai", "xiaochen", "zhang-xiansheng", "chen-popo", "liming")


def actor(tx: Tx, server: Server, key: str) -> Actor:
    person = people.by_key(tx, key)
    assert person is not None
    known = server.house.conversation.community(tx)
    return Actor(person=person, roles=tuple(people.roles_of(tx, person.id, clock())), community=known)


def unit_id(server: Server, key: str) -> int:
    with server.house.store.read() as tx:
        known = server.house.conversation.community(tx)
    return next(one.id for one in known.units.values() if one.key == key)


def person_id(server: Server, key: str) -> int:
    with server.house.store.read() as tx:
        person = people.by_key(tx, key)
    assert person is not None
    return person.id


def also_member(server: Server, key: str) -> int:
    """Somebody of a desk who is a member of the branch as well."""
    branch = unit_id(server, BRANCH)
    with server.house.store.begin() as tx:
        person = people.by_key(tx, key)
        assert person is not None
        tx.add(Role(person_id=person.id, kind=RoleKind.MEMBER, unit_id=branch, since=clock()))
        return person.id


def file(server: Server, text: str, by: str = "wang-ayi", **more: object) -> Case:
    """A case of 阳光花园."""
    with server.house.store.begin() as tx:
        told = {"category": "repairs", "place": places.place_by_key(tx, "yangguanghuayuan-3-2")} | more
        return cases.report(tx, actor(tx, server, by), text=text, now=clock(), **told)  # type: ignore[arg-type]


def task_of(server: Server, case_id: int) -> int:
    with server.house.store.read() as tx:
        task = task_rows.of_case(tx, case_id)
    assert task is not None
    return task.id


def low_stars(server: Server, text: str, handler: str = "liming", words: str = "装歪了") -> int:
    """A case that `handler` finished and 王阿姨 gave one star; the task of the return visit."""
    case, at = file(server, text), clock()
    with server.house.store.begin() as tx:
        by, resident = actor(tx, server, handler), actor(tx, server, "wang-ayi")
        task = task_rows.of_case(tx, case.id)
        assert task is not None
        tasks.claim(tx, by, task.id, at)
        tasks.finish(tx, by, task.id, "换好了", (), at)
        cases.confirm(tx, resident, case.id, at)
        ratings.rate(tx, resident, task.id, 1, words, at)
        visit = tx.rows(select(t.return_visits.c.task_id).order_by(t.return_visits.c.id.desc()))
    return int(visit[0][0])


def unheard(server: Server, text: str) -> int:
    """An answer that no message brings: the task of going to the door."""
    case = file(server, text, by="chen-popo")
    with server.house.store.begin() as tx:
        answered = cases.answer(tx, actor(tx, server, "sunli"), case.id, "灯换好了", (), clock())
        known = server.house.conversation.community(tx)
        assert closing.visit_wanted(tx, known, answered, clock())
        found = tx.rows(select(t.tasks.c.id).where(t.tasks.c.visits_case_id == case.id))
    return int(found[0][0])


def waited(server: Server, task_id: int) -> None:
    """The task has waited for two weeks."""
    with server.house.store.begin() as tx:
        old = clock() - timedelta(days=14)
        tx.connection.execute(update(t.tasks).where(t.tasks.c.id == task_id).values(created_at=old))


def voted(server: Server, *, over: bool, voters: tuple[str, ...] = VOTERS) -> int:
    """A vote on the workers of the community, in which these have voted."""
    began = clock() - timedelta(days=8)
    unit = unit_id(server, COMMUNITY)
    with server.house.store.begin() as tx:
        by, kind = actor(tx, server, "xujing"), AppraisalKind.WORKERS
        named = [one.id for one in appraisals.candidates(tx, by, unit, kind, clock())]
        one = appraisals.begin(tx, by, unit, kind, named, 7 if over else 14, began)
        for who in voters:
            voter = actor(tx, server, who)
            others = appraisals.to_vote(tx, voter, one.id, began)[1]
            appraisals.vote(tx, voter, one.id, dict.fromkeys(others, Mark.GOOD), began)
        if over:
            due = Reminder(key="", kind="appraisal_ends", subject_id=one.id, due_at=clock())
            appraisals.end(tx, due, clock())
    return one.id
