"""One vote each, secret, counted at the end and only when enough people came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import appraisals, stars
from bot import schedule
from domain.appraisals import AppraisalKind, Mark, Result, Span, places
from domain.errors import (
    AlreadyDone,
    AlreadyVoted,
    NotAllowed,
    NotAVoter,
    NotFound,
    Refusal,
    VotingClosed,
    VotingOpen,
)
from tests.acting import Stage, at_once, only, payload
from tests.cases.test_ratings import rate, served

VOTERS = ("wang-ayi", "li-nainai", "xiaochen", "zhang-xiansheng", "chen-popo", "liming")


@pytest.fixture(autouse=True)
def cast(stage: Stage) -> None:
    stage.cast(*VOTERS, "xujing", "linxiao", "fangjie", "sunli", "zhaoqiang", "dengchao")


def opened(stage: Stage, days: int = 7) -> int:
    unit = stage.unit("c-yangguang")

    def begin(tx, by):
        kind = AppraisalKind.WORKERS
        named = [one.id for one in appraisals.candidates(tx, by, unit, kind, stage.now)]
        return appraisals.begin(tx, by, unit, kind, named, days, stage.now).id

    return stage.does("xujing", begin)


def vote(stage: Stage, who: str, appraisal: int, mark: Mark = Mark.GOOD) -> None:
    def cast_it(tx, by):
        others = appraisals.to_vote(tx, by, appraisal, stage.now)[1]
        appraisals.vote(tx, by, appraisal, dict.fromkeys(others, mark), stage.now)

    stage.does(who, cast_it)


def count(stage: Stage, who: str, appraisal: int) -> tuple[int, list[Result]]:
    return stage.does(who, lambda tx, by: appraisals.counted(tx, by, appraisal, stage.now)[1:])


def refused(kind: type[Refusal], act: Callable[..., object], *given: object) -> None:
    with pytest.raises(kind):
        act(*given)


def test_one_vote_each_and_only_for_those_on_the_roll(stage: Stage) -> None:
    appraisal = opened(stage)
    vote(stage, "wang-ayi", appraisal)
    refused(AlreadyVoted, vote, stage, "wang-ayi", appraisal)
    refused(NotAVoter, vote, stage, "dengchao", appraisal)
    refused(NotAVoter, vote, stage, "wang-ayi", 99)
    refused(AlreadyDone, opened, stage)
    stage.later(days=7)
    refused(VotingClosed, vote, stage, "li-nainai", appraisal)


def test_who_moves_in_later_has_no_vote(stage: Stage) -> None:
    appraisal = opened(stage)
    place = stage.place("yangguanghuayuan-3-2")
    with stage.store.begin() as tx:
        person = stage.person(tx, "dengchao")
        tx.save(replace(person, home_place_id=place))
    refused(NotAVoter, vote, stage, "dengchao", appraisal)


def test_nobody_votes_on_themselves(stage: Stage) -> None:
    place = stage.place("yangguanghuayuan-3-2")
    with stage.store.begin() as tx:
        person = tx.save(replace(stage.person(tx, "linxiao"), home_place_id=place))
    appraisal = opened(stage)
    others = stage.does("linxiao", lambda tx, by: appraisals.to_vote(tx, by, appraisal, stage.now)[1])
    assert person.id not in others
    assert len(others) == 1
    marks = {person.id: Mark.GOOD, others[0]: Mark.POOR}
    with pytest.raises(NotFound):
        stage.does("linxiao", lambda tx, by: appraisals.vote(tx, by, appraisal, marks, stage.now))


def test_nothing_is_counted_before_the_end_nor_for_other_communities(stage: Stage) -> None:
    appraisal = opened(stage)
    for who in VOTERS:
        vote(stage, who, appraisal)
    refused(VotingOpen, count, stage, "xujing", appraisal)
    stage.later(days=7)
    refused(NotFound, count, stage, "sunli", appraisal)
    refused(NotFound, count, stage, "dengchao", appraisal)
    came, results = count(stage, "xujing", appraisal)
    assert came == 6
    assert [one.share for one in results] == [1.0, 1.0]


def test_below_five_nothing_is_told(stage: Stage) -> None:
    appraisal = opened(stage)
    for who in VOTERS[:4]:
        vote(stage, who, appraisal, Mark.POOR)
    stage.later(days=7)
    assert count(stage, "xujing", appraisal) == (4, [])


def test_five_who_do_not_know_are_no_opinion(stage: Stage) -> None:
    appraisal = opened(stage)
    for who in VOTERS:
        vote(stage, who, appraisal, Mark.UNKNOWN)
    stage.later(days=7)
    assert [one.share for one in count(stage, "xujing", appraisal)[1]] == [None, None]


def test_only_a_community_opens_one_on_its_own_people(stage: Stage) -> None:
    branch, community = stage.unit("b-yangguanghuayuan"), stage.unit("c-yangguang")
    kind = AppraisalKind.WORKERS
    for who, unit in (("sunli", branch), ("sunli", community), ("dengchao", community)):
        with pytest.raises(NotAllowed):
            stage.does(who, lambda tx, by, u=unit: appraisals.begin(tx, by, u, kind, [1], 7, stage.now))
    with pytest.raises(NotFound):
        stage.does("xujing", lambda tx, by: appraisals.begin(tx, by, community, kind, [by.id], 7, stage.now))


def test_a_double_tap_in_the_same_moment_is_one_vote(stage: Stage) -> None:
    appraisal = opened(stage)

    def once() -> str:
        try:
            vote(stage, "wang-ayi", appraisal)
        except AlreadyVoted:
            return "before"
        return "voted"

    assert sorted(at_once([once] * 4)) == ["before", "before", "before", "voted"]
    assert {row.count for row in stage.rows("appraisal_tallies") if row.mark == Mark.GOOD} == {1}


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_nothing_that_is_kept_says_who_ticked_what(stage: Stage) -> None:
    """Two ballots the other way round leave the same rows behind."""
    appraisal = opened(stage)
    stage.work()

    def ticks(who: str, *labels: str) -> None:
        stage.press(who, f"vote appraisal={appraisal}")
        for label in (*labels, "投出去"):
            stage.say(who, label)

    ticks("wang-ayi", "满意", "不满意")
    ticks("zhang-xiansheng", "不满意", "满意")
    voted = [row for row in stage.rows("appraisal_voters") if row.voted]
    assert len(voted) == 2
    said = [row.body["text"] for row in stage.rows("mailbox") if row.mine]
    assert not {"满意", "不满意"} & set(said)
    kinds = {row.kind for row in stage.rows("events") if row.actor_id in {one.person_id for one in voted}}
    assert kinds <= {"consented"}
    for row in stage.rows("addresses"):
        assert "good" not in str(row.state)
    sums = {(row.subject_id, row.mark): row.count for row in stage.rows("appraisal_tallies")}
    assert sorted(sums.values()) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_equal_shares_share_a_place() -> None:
    assert places([(1, 0.5), (2, 0.9), (3, 0.9), (4, 0.1)]) == [
        (1, 2, True), (1, 3, True), (3, 1, False), (4, 4, False)
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["2026-Q5", "2026-Q", "26", "2026-Q12", "x", "", "１９９９", "2026-Q1-Q2"])
def test_what_is_no_period_is_none(key: str) -> None:
    assert Span.read(key) is None


def test_stars_come_from_people_served_and_five_of_them(stage: Stage) -> None:
    for number in range(5):
        rate(stage, "wang-ayi", served(stage, "wang-ayi", f"灯{number}坏了"), 5)
        if number < 4:
            rate(stage, "wang-ayi", served(stage, "wang-ayi", f"门{number}坏了", by="zhaoqiang"), 5)
    stage.later(days=60)
    span = stars.last_over(stage.now, whole_year=False)
    branch = stage.unit("b-yangguanghuayuan")
    found = stage.does("sunli", lambda tx, by: stars.of(tx, by, branch, span))
    place, earned, shared = only(found.members)
    assert (place, earned.stars, earned.ratings, shared, found.below) == (1, 25, 5, False, 1)
    with pytest.raises(NotAllowed):
        stage.does("dengchao", lambda tx, by: stars.of(tx, by, branch, span))


def test_a_period_is_over_when_its_stars_can_no_longer_change(stage: Stage) -> None:
    new_year = Span(year=2026).end
    assert stars.last_over(new_year + timedelta(days=6), whole_year=True).year == 2025
    assert stars.last_over(new_year + timedelta(days=7), whole_year=True).year == 2026
    assert stars.last_over(new_year + timedelta(days=7), whole_year=False).key == "2026-Q4"


def test_the_end_is_told_once_however_late(stage: Stage) -> None:
    appraisal = opened(stage)
    stage.later(days=30)
    for _ in range(2):
        schedule.tick(stage.conversation, stage.now)
    ended = [row for row in stage.rows("events") if row.kind == "appraisal_closed"]
    assert [row.subject_id for row in ended] == [appraisal]


# -- what is left of a ballot ----------------------------------------------------------------------
def mailbox(stage: Stage) -> list[str]:
    return [row.body["text"] for row in stage.rows("mailbox") if row.mine]


@pytest.mark.parametrize("said", ["不满意", "第三个", "选三", "3", "不满意。", "【不满意】"])
def test_however_a_box_is_ticked_the_dialogue_does_not_keep_it(stage: Stage, said: str) -> None:
    appraisal = opened(stage)
    stage.press("wang-ayi", f"vote appraisal={appraisal}")
    assert "（2/2）" in stage.told("wang-ayi", said)
    assert mailbox(stage)[-1] == "（已填，不留记录）"


def test_a_box_of_a_ballot_that_was_put_aside_is_not_kept_either(stage: Stage) -> None:
    asked = stage.press("wang-ayi", f"vote appraisal={opened(stage)}")
    tick = payload(asked, "不满意")
    stage.press("wang-ayi", "report_issue")
    assert "（2/2）" in stage.pressed("wang-ayi", tick)
    assert mailbox(stage)[-1] == "（已填，不留记录）"


def test_what_is_written_instead_of_a_tick_goes_to_nobody(stage: Stage) -> None:
    stage.press("wang-ayi", f"vote appraisal={opened(stage)}")
    for _ in range(3):
        assert "（1/2）" in stage.told("wang-ayi", "还可以吧")
    assert stage.rows("cases") == []
    stage.say("wang-ayi", "人工")
    assert stage.rows("cases") == []
