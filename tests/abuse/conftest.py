"""A community in the middle of its day: something of everything, all of it somebody's."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from actions import (
    activities,
    appraisals,
    calls,
    cases,
    closing,
    deciding,
    joining,
    notices,
    people,
    proposals,
    ratings,
    return_visits,
    supervision,
    tasks,
    transfers,
)
from domain.appraisals import AppraisalKind
from domain.case import Case, CaseKind
from domain.events import Reminder
from domain.notices import DoorVisit
from domain.people import Person
from domain.proposals import Ballot, Majority
from nlu.understand import Understanding
from storage import community
from storage.secret import Cipher
from storage.store import Store
from tests.acting import Stage, hurried
from tests.conftest import KEY, NOW

CAST = (
    "wang-ayi li-nainai zhang-xiansheng wu-xiansheng liming zhaoqiang liuyang linfeng sunli hejun guozhiyuan "
    "luojianguo xujing linxiao dengchao yaomei tangning fengjie dinglei yelaoshi gaoyuan"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Ids of what belongs to 王阿姨, to 李明, or to their branch."""

    open: int  # a case of 王阿姨 nobody has
    held: int  # one that 李明 has
    answered: int
    merged: int  # into `open`
    behalf: int  # filed for 王阿姨 by a neighbour
    walk_in: int  # filed at the desk for somebody without an account
    wish: int  # not verified yet
    task: int  # of `held`
    open_task: int
    served: int  # the task of `answered`
    private_task: int  # of a question for a human: never listed
    post: int
    hand_over: int  # offered by 李明 to 赵强
    transfer: int  # offered by the branch to its 物业
    notice: int  # to the branch's members
    activity: int
    membership: int  # waits for the branch's secretary
    call: int  # 王阿姨 rings 李明
    branch: int
    member: int  # 李明
    role: int  # his, in the branch
    supervision: int  # of a case nobody has
    visit: int  # at a door, in the hands of 李明
    appraisal: int  # of the community's social workers, open
    low: int  # a return visit that nobody has taken; 赵强 did the work
    called: int  # one in the hands of 李明
    talked: int  # a proposal of the branch that people speak about
    opinion: int  # of 王阿姨 on it
    balloted: int  # one that is voted on
    counted: int  # one that was adopted and is not published
    decided: int  # one whose result is awaited
    homes: int  # that a notice has not reached, in the hands of 李明


@pytest.fixture(scope="session")
def _day(
    demo_sqlite: Path, understanding: Understanding, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Things]:
    path = tmp_path_factory.mktemp("day") / "day.db"
    shutil.copy(demo_sqlite, path)
    store = Store(f"sqlite:///{path}", Cipher(KEY))
    stage = Stage(store, understanding)
    stage.cast(*CAST)
    things = _things(stage)
    stage.work()  # the day's letters are out: a test sees its own
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path, things


def _things(stage: Stage) -> Things:
    branch, home = stage.unit("b-yangguanghuayuan"), stage.place("yangguanghuayuan-3-2")
    property_unit = stage.unit("p-yangguanghuayuan")

    def filed(text: str, **more: object) -> int:
        def act(tx, by):
            place = community.place(tx, home)
            return cases.report(tx, by, text=text, category="repairs", place=place, now=NOW, **more).id

        return stage.does("wang-ayi", act)

    def task_of(case_id: int) -> int:
        return next(row.id for row in stage.rows("tasks") if row.case_id == case_id)

    open_, held, answered = filed("灯坏了"), filed("门坏了"), filed("水管漏了")
    merged = filed("灯又坏了")
    stage.does("sunli", lambda tx, by: joining.merge(tx, by, merged, open_, NOW))
    asker = stage.does("wang-ayi", lambda tx, by: by.person)

    def for_another(tx, by, whom):
        place = community.place(tx, home)
        return cases.report(
            tx, by, text="窗坏了", category="repairs", place=place, now=NOW, beneficiary=whom(tx)
        ).id

    behalf = stage.does("zhang-xiansheng", lambda tx, by: for_another(tx, by, lambda tx: asker))
    guest = Person(name="周婆婆", phone="13700000001", created_at=NOW)
    walk_in = stage.does("sunli", lambda tx, by: for_another(tx, by, lambda tx: tx.add(guest)))
    wish = filed("想要一副老花镜", kind=CaseKind.WISH, private=True)
    private = filed("想问一件私事", kind=CaseKind.INQUIRY)
    stage.does("liming", lambda tx, by: tasks.claim(tx, by, task_of(held), NOW))
    stage.does("zhaoqiang", lambda tx, by: tasks.claim(tx, by, task_of(answered), NOW))
    stage.does("zhaoqiang", lambda tx, by: tasks.finish(tx, by, task_of(answered), "修好了", (), NOW))
    zhao = stage.does("zhaoqiang", lambda tx, by: by.id)
    offer = stage.does(
        "liming", lambda tx, by: tasks.offer_hand_over(tx, by, task_of(held), zhao, "", NOW).id
    )
    transfer = stage.does(
        "sunli", lambda tx, by: transfers.offer_transfer(tx, by, open_, property_unit, "请物业看", NOW).id
    )
    notice = stage.does(
        "sunli",
        lambda tx, by: (
            notices.send(tx, by, branch, text="周六开会", audience="members", previewed=8, now=NOW).id
        ),
    )
    activity = stage.does(
        "sunli",
        lambda tx, by: (
            activities.plan(
                tx,
                by,
                branch,
                title="义诊",
                starts_at=NOW + timedelta(days=3),
                where="广场",
                places=2,
                now=NOW,
            ).id
        ),
    )
    stage.does("wang-ayi", lambda tx, by: activities.join(tx, by, activity, NOW))
    post = stage.does(
        "sunli", lambda tx, by: tasks.post(tx, by, branch, title="搬桌子", places=2, now=NOW).id
    )

    def asks(tx, by):
        place = community.place(tx, home)
        return people.register_member(
            tx, by, name="张先生", home=place, work_unit="学校", skills=(), now=NOW
        ).id

    membership = stage.does("zhang-xiansheng", asks)
    member = stage.does("liming", lambda tx, by: by.id)
    watched, unreached = filed("门铃坏了"), filed("信箱坏了")
    supervised = stage.does(
        "xujing", lambda tx, by: supervision.supervise(tx, by, watched, "8h", "请快办", NOW).id
    )
    stage.does("sunli", lambda tx, by: cases.answer(tx, by, unreached, "修好了", (), NOW))

    def nobody_reached(tx, by):
        closing.visit_wanted(tx, by.community, tx.get(Case, unreached), NOW)

    stage.does("sunli", nobody_reached)
    visit = next(row.id for row in stage.rows("tasks") if row.visits_case_id == unreached)
    stage.does("liming", lambda tx, by: tasks.claim(tx, by, visit, NOW))
    low, called = (_return_visit(stage, filed(text), task_of) for text in ("桌子坏了", "椅子坏了"))
    stage.does("sunli", lambda tx, by: return_visits.give(tx, by, called, member, NOW))

    def knock(tx, by):
        task = tasks.post(tx, by, branch, title="停气", places=1, now=NOW).id
        tx.add(DoorVisit(task_id=task, notice_id=notice, place_id=home))
        return task

    homes = stage.does("sunli", knock)
    stage.does("liming", lambda tx, by: tasks.claim(tx, by, homes, NOW))
    role = next(row.id for row in stage.rows("roles") if row.person_id == member)
    talked, balloted, counted, decided = (_proposal(stage, branch, far) for far in range(4))
    opinion = stage.does("wang-ayi", lambda tx, by: proposals.say(tx, by, talked, "太早了", NOW).id)
    call = stage.does("wang-ayi", lambda tx, by: calls.start(tx, by, branch, NOW, member).id)
    return Things(
        open=open_, held=held, answered=answered, merged=merged, wish=wish, behalf=behalf, walk_in=walk_in,
        task=task_of(held), open_task=task_of(open_), served=task_of(answered), private_task=task_of(private),
        post=post, hand_over=offer, transfer=transfer, notice=notice, activity=activity,
        membership=membership, call=call, branch=branch, member=member, role=role,
        supervision=supervised, visit=visit, low=low, called=called, appraisal=_appraisal(stage), homes=homes,
        talked=talked, opinion=opinion, balloted=balloted, counted=counted, decided=decided,
    )  # fmt: skip


def _appraisal(stage: Stage) -> int:
    unit, kind = stage.unit("c-yangguang"), AppraisalKind.WORKERS

    def begin(tx, by):
        named = [one.id for one in appraisals.candidates(tx, by, unit, kind, NOW)]
        return appraisals.begin(tx, by, unit, kind, named, 7, NOW).id

    return stage.does("xujing", begin)


def _proposal(stage: Stage, branch: int, far: int) -> int:
    """One that is spoken about, voted on, counted or published: so far has it come."""
    began = NOW - timedelta(days=3 + 3 * (far > 1)) if far else NOW
    rule = {"by_household": False, "turnout": 33, "majority": Majority.HALF}

    def begin(tx, by):
        return proposals.begin(
            tx, by, branch, title=f"议题{far}", text="装门禁", days=3, now=began, **rule
        ).id

    proposal = stage.does("sunli", begin)
    votes_at = began + timedelta(days=3)
    if far:
        stage.does("sunli", lambda tx, by: deciding.start(tx, by, proposal, 3, votes_at))
    if far < 2:
        return proposal
    for who in ("wang-ayi", "li-nainai", "zhang-xiansheng", "liming", "zhaoqiang", "hejun"):
        stage.does(who, lambda tx, by: deciding.vote(tx, by, proposal, Ballot.YES, votes_at))
    due = Reminder(key="", kind="proposal_ends", subject_id=proposal, due_at=NOW)
    with stage.store.begin() as tx:
        deciding.end(tx, due, NOW)
    if far == 3:
        promised = NOW + timedelta(days=30)
        stage.does("sunli", lambda tx, by: proposals.publish(tx, by, proposal, NOW, promised_for=promised))
    return proposal


def _return_visit(stage: Stage, case_id: int, task_of: Callable[[int], int]) -> int:
    """赵强 does something, 王阿姨 is not content; returns the task of the visit."""
    task = task_of(case_id)
    stage.does("zhaoqiang", lambda tx, by: tasks.claim(tx, by, task, NOW))
    stage.does("zhaoqiang", lambda tx, by: tasks.finish(tx, by, task, "修好了", (), NOW))
    rating = stage.does("wang-ayi", lambda tx, by: ratings.rate(tx, by, task, 1, "没修好", NOW).id)
    return next(row.id for row in stage.rows("tasks") if row.rating_id == rating)


@pytest.fixture
def things(_day: tuple[Path, Things]) -> Things:
    return _day[1]


@pytest.fixture
def day(_day: tuple[Path, Things], understanding: Understanding, tmp_path: Path) -> Iterator[Stage]:
    """The day's own copy for one test, on SQLite."""
    path = tmp_path / "day.db"
    shutil.copy(_day[0], path)
    store = hurried(Store(f"sqlite:///{path}", Cipher(KEY)))
    yield Stage(store, understanding)
    store.close()


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    """The demo community at nine on a Monday, on each database."""
    return Stage(hurried(demo_store), understanding)
