"""两议两公开: who may do what when, one vote each and secret, and what a count tells."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import deciding, figures, my_data, proposals
from bot import schedule
from domain.errors import (
    AlreadyDone,
    AlreadyVoted,
    HouseholdVoted,
    NoSuchTime,
    NotAllowed,
    NotAVoter,
    NotFound,
    NothingSaid,
    ProposalMoved,
    Refusal,
    SaidEnough,
    StillDeliberating,
    TooFewVoters,
    VotingClosed,
    VotingOpen,
)
from domain.forgetting import GONE
from domain.people import Role, RoleKind
from domain.proposals import Ballot, Counts, Decisions, Majority, Outcome, Stage, decided, told
from storage import keeping
from tests.acting import Stage as Played
from tests.acting import at_once, only, payload

VOTERS = ("wang-ayi", "li-nainai", "xiaochen", "zhang-xiansheng", "liming", "zhaoqiang")
HOME = "b-yangguanghuayuan"


@pytest.fixture(autouse=True)
def cast(stage: Played) -> None:
    stage.cast(*VOTERS, "xujing", "tangning", "sunli", "hejun", "dengchao", "guozhiyuan")


def opened(stage: Played, who: str = "sunli", unit: str = HOME, **more: object) -> int:
    given = {"title": "车棚", "text": "装门禁", "days": 3, "by_household": False, "turnout": 33}
    rule = given | {"majority": Majority.HALF, "now": stage.now} | more
    key = stage.unit(unit)
    return stage.does(who, lambda tx, by: proposals.begin(tx, by, key, **rule).id)


def voting(stage: Played, **more: object) -> int:
    proposal = opened(stage, **more)
    stage.later(days=3)
    stage.does("sunli", lambda tx, by: deciding.start(tx, by, proposal, 3, stage.now))
    return proposal


def vote(stage: Played, who: str, proposal: int, ballot: Ballot = Ballot.YES) -> None:
    stage.does(who, lambda tx, by: deciding.vote(tx, by, proposal, ballot, stage.now))


def ended(stage: Played, votes: dict[str, Ballot], **more: object) -> int:
    proposal = voting(stage, **more)
    for who, ballot in votes.items():
        vote(stage, who, proposal, ballot)
    stage.later(days=3)
    schedule.tick(stage.conversation, stage.now)
    return proposal


def refused(kind: type[Refusal], act: Callable[..., object], *given: object, **more: object) -> None:
    with pytest.raises(kind):
        act(*given, **more)


def row(stage: Played, proposal: int):  # type: ignore[no-untyped-def]
    return next(one for one in stage.rows("proposals") if one.id == proposal)


# -- 一议 ------------------------------------------------------------------------------------------
def test_only_the_desk_of_a_branch_or_a_community_opens_one_in_its_own_name(stage: Played) -> None:
    for who in ("wang-ayi", "liming", "dengchao", "guozhiyuan", "tangning"):
        refused(NotAllowed, opened, stage, who)
    refused(NotAllowed, opened, stage, "sunli", "c-yangguang")
    refused(NotAllowed, opened, stage, "tangning", "subdistrict")
    refused(NothingSaid, opened, stage, text="  ")
    first = opened(stage)
    refused(AlreadyDone, opened, stage)
    assert [one.id for one in stage.rows("proposals")] == [first]


def test_who_lives_elsewhere_neither_sees_it_nor_speaks(stage: Played) -> None:
    proposal = opened(stage)
    for who in ("dengchao", "guozhiyuan"):
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: proposals.say(tx, by, proposal, "好", stage.now))
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: proposals.withdraw(tx, by, proposal, "x", stage.now))
    assert stage.rows("opinions") == []


def test_the_same_words_are_kept_once_and_no_more_than_a_handful(stage: Played) -> None:
    proposal = opened(stage)

    def say(text: str) -> None:
        stage.does("wang-ayi", lambda tx, by: proposals.say(tx, by, proposal, text, stage.now))

    for text in ("一", "一", "二", "三", "四", "五"):
        say(text)
    refused(SaidEnough, say, "六")
    assert len(stage.rows("opinions")) == proposals.OPINIONS


def test_what_the_desk_shows_names_nobody(stage: Played) -> None:
    proposal = opened(stage)
    said = "我是302的王阿姨，电话13800138000，锁太早了"
    opinion = stage.does("wang-ayi", lambda tx, by: proposals.say(tx, by, proposal, said, stage.now).id)
    for who in ("wang-ayi", "guozhiyuan"):
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: proposals.show(tx, by, opinion, said, stage.now))
    stage.does("sunli", lambda tx, by: proposals.show(tx, by, opinion, said, stage.now))
    shown = only(stage.rows("opinions")).shown
    assert "锁太早了" in shown
    assert not [word for word in ("302", "王阿姨", "138") if word in shown]


def test_the_vote_begins_when_people_have_spoken_and_then_the_text_stands(stage: Played) -> None:
    proposal = opened(stage)

    def start() -> None:
        stage.does("sunli", lambda tx, by: deciding.start(tx, by, proposal, 3, stage.now))

    refused(StillDeliberating, start)
    stage.later(days=3)
    start()
    refused(ProposalMoved, start)
    for act in (
        lambda tx, by: proposals.amend(tx, by, proposal, "别的", stage.now),
        lambda tx, by: proposals.withdraw(tx, by, proposal, "不了", stage.now),
        lambda tx, by: proposals.publish(tx, by, proposal, stage.now, promised_for=stage.now),
        lambda tx, by: proposals.say(tx, by, proposal, "好", stage.now),
    ):
        with pytest.raises(ProposalMoved):
            stage.does("sunli", act)
    assert row(stage, proposal).text == "装门禁"


def test_where_a_count_would_tell_who_voted_how_there_is_no_vote(stage: Played) -> None:
    empty = next(
        one.key
        for one in stage.rows("units")
        if one.kind == "branch" and one.key not in (HOME, "b-cuizhuyaju")
    )
    branch = stage.unit(empty)
    with stage.store.begin() as tx:
        person = stage.person(tx, "dengchao")
        tx.add(Role(person_id=person.id, kind=RoleKind.SECRETARY, unit_id=branch, since=stage.now))
    refused(TooFewVoters, opened, stage, "dengchao", empty)


# -- 二议 ------------------------------------------------------------------------------------------
def test_one_vote_each_by_those_on_the_roll_until_the_end(stage: Played) -> None:
    proposal = voting(stage)
    vote(stage, "wang-ayi", proposal)
    refused(AlreadyVoted, vote, stage, "wang-ayi", proposal, Ballot.NO)
    refused(NotAVoter, vote, stage, "dengchao", proposal)
    refused(NotAVoter, vote, stage, "wang-ayi", 99)
    stage.later(days=3)
    refused(VotingClosed, vote, stage, "li-nainai", proposal)
    schedule.tick(stage.conversation, stage.now)
    refused(VotingClosed, vote, stage, "li-nainai", proposal)


def test_who_moves_in_later_has_no_vote(stage: Played) -> None:
    proposal = voting(stage)
    place = stage.place("yangguanghuayuan-3-2")
    with stage.store.begin() as tx:
        tx.save(replace(stage.person(tx, "dengchao"), home_place_id=place))
    refused(NotAVoter, vote, stage, "dengchao", proposal)


def test_behind_one_door_there_is_one_vote(stage: Played) -> None:
    place = stage.place("yangguanghuayuan-3-2")
    with stage.store.begin() as tx:
        for who in ("wang-ayi", "li-nainai"):
            tx.save(replace(stage.person(tx, who), home_place_id=place, room="302"))
    proposal = voting(stage, by_household=True)
    assert row(stage, proposal).eligible == len({one.seat for one in stage.rows("proposal_voters")})
    assert row(stage, proposal).eligible < len(stage.rows("proposal_voters"))

    def once(who: str) -> str:
        try:
            vote(stage, who, proposal)
        except HouseholdVoted:
            return "before"
        return "voted"

    both = at_once([lambda w=who: once(w) for who in ("wang-ayi", "li-nainai") * 2])
    assert sorted(both) == ["before", "before", "before", "voted"]
    assert sum(one.count for one in stage.rows("proposal_tallies")) == 1


def test_the_same_person_on_two_devices_at_once_is_one_vote(stage: Played) -> None:
    proposal = voting(stage)

    def once(ballot: Ballot) -> str:
        try:
            vote(stage, "wang-ayi", proposal, ballot)
        except AlreadyVoted:
            return "before"
        return "voted"

    answers = at_once([lambda b=ballot: once(b) for ballot in (Ballot.YES, Ballot.NO) * 3])
    assert sorted(answers) == ["before"] * 5 + ["voted"]
    assert sum(one.count for one in stage.rows("proposal_tallies")) == 1
    assert not stage.crashes()


def test_everybody_who_presses_at_once_is_counted_once(stage: Played) -> None:
    proposal = voting(stage)
    stage.work()
    at_once(
        [
            lambda w=who: stage.press(w, f"vote_proposal proposal={proposal} choice=yes")
            for who in (*VOTERS, "sunli", "hejun") * 2
        ]
    )
    assert {one.ballot: one.count for one in stage.rows("proposal_tallies")}[Ballot.YES] == 8
    assert sum(one.voted for one in stage.rows("proposal_voters")) == 8


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_nothing_that_is_kept_says_who_pressed_what(stage: Played) -> None:
    proposal = voting(stage)
    stage.work()
    stage.press("wang-ayi", f"vote_proposal proposal={proposal} choice=no")
    stage.press("wang-ayi", f"vote_proposal proposal={proposal} choice=no")
    for said in ("反对", "第二个", "2"):
        who = {"反对": "li-nainai", "第二个": "xiaochen", "2": "zhang-xiansheng"}[said]
        stage.say(who, "表决")
        assert "投好了" in stage.told(who, said)
    kept = [one.body["text"] for one in stage.rows("mailbox") if one.mine]
    assert not [text for text in kept if text in ("反对", "第二个", "2")]
    for one in stage.rows("addresses"):
        assert "反对" not in str(one.state.get("open")) + str(one.state.get("parked"))
    voters = {one.person_id for one in stage.rows("proposal_voters") if one.voted}
    assert len(voters) == 4
    kinds = {one.kind for one in stage.rows("events") if one.actor_id in voters}
    assert kinds <= {"consented"}
    assert {one.ballot: one.count for one in stage.rows("proposal_tallies")} == {
        Ballot.YES: 0, Ballot.NO: 4, Ballot.ABSTAIN: 0
    }  # fmt: skip


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_press_that_crashes_is_put_aside_without_what_was_pressed(
    stage: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = voting(stage)

    def breaks(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(deciding, "vote", breaks)
    stage.press("wang-ayi", f"vote_proposal proposal={proposal} choice=no")
    assert [one.words for one in stage.crashes()] == ["vote_proposal"]


def test_of_a_press_that_answers_an_open_question_nothing_is_put_aside_but_that_it_was_one(
    stage: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = voting(stage)
    asked = stage.press("wang-ayi", f"vote_proposal proposal={proposal}")

    def breaks(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(deciding, "vote", breaks)
    against = payload(asked, "反对")
    stage.press("wang-ayi", against)
    (kept,) = stage.crashes()
    assert against.startswith(kept.words) and "no" not in kept.words.split()


def test_nobody_sees_a_count_before_the_end(stage: Played) -> None:
    proposal = voting(stage)
    vote(stage, "wang-ayi", proposal)
    with pytest.raises(VotingOpen):
        stage.does("sunli", lambda tx, by: deciding.counted(tx, by, proposal, stage.now))
    shown = stage.pressed("sunli", f"show_proposal proposal={proposal}")
    assert "正在投票" in shown
    assert "投了" not in shown.replace("的票投了才算数", "")


# -- 两公开 ----------------------------------------------------------------------------------------
ALL_YES = dict.fromkeys(VOTERS, Ballot.YES)


def test_an_adopted_decision_is_promised_for_a_day_and_its_result_told(stage: Played) -> None:
    proposal = ended(stage, ALL_YES)
    assert row(stage, proposal).outcome == Outcome.ADOPTED

    def publish(days: int | None, owner: int | None = None) -> None:
        promised = None if days is None else stage.now + timedelta(days=days)
        stage.does(
            "sunli",
            lambda tx, by: proposals.publish(
                tx, by, proposal, stage.now, promised_for=promised, owner_id=owner
            ),
        )

    def finish() -> None:
        stage.does("sunli", lambda tx, by: proposals.finish(tx, by, proposal, "装好了", stage.now, done=True))

    refused(ProposalMoved, finish)
    refused(NothingSaid, publish, None)
    refused(NoSuchTime, publish, 0)
    with stage.store.begin() as tx:
        stranger = stage.person(tx, "dengchao").id
    refused(NotAllowed, publish, 9, stranger)
    publish(9)
    refused(ProposalMoved, publish, 9)
    for _ in range(2):
        stage.later(days=10)
        schedule.tick(stage.conversation, stage.now)
    assert [one.kind for one in stage.rows("events")].count("proposal_due") == 2
    finish()
    refused(ProposalMoved, finish)
    stage.later(days=30)
    schedule.tick(stage.conversation, stage.now)
    assert [one.kind for one in stage.rows("events")].count("proposal_due") == 2
    assert row(stage, proposal).stage == Stage.FINISHED


def test_too_few_and_a_tie_adopt_nothing_and_end_with_their_publication(stage: Played) -> None:
    half = {who: Ballot.YES if place % 2 else Ballot.NO for place, who in enumerate(VOTERS)}
    for votes, outcome in (({"wang-ayi": Ballot.YES}, Outcome.TOO_FEW), (half, Outcome.REJECTED)):
        proposal = ended(stage, votes)
        stage.does("hejun", lambda tx, by, p=proposal: proposals.publish(tx, by, p, stage.now))
        found = row(stage, proposal)
        assert (found.outcome, found.stage, found.ended_at) == (outcome, Stage.PUBLISHED, stage.now)
        assert found.promised_for is None


def test_another_branch_neither_counts_nor_publishes(stage: Played) -> None:
    proposal = ended(stage, ALL_YES)
    for who in ("guozhiyuan", "dengchao", "wang-ayi"):
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: deciding.counted(tx, by, proposal, stage.now))
        with pytest.raises(NotFound):
            stage.does(who, lambda tx, by: proposals.publish(tx, by, proposal, stage.now))


def test_a_vote_ends_once_however_late(stage: Played) -> None:
    proposal = ended(stage, ALL_YES)
    stage.later(days=30)
    for _ in range(2):
        schedule.tick(stage.conversation, stage.now)
    counted = [one for one in stage.rows("events") if one.kind == "proposal_counted"]
    assert [(one.subject_id, one.data) for one in counted] == [(proposal, {"outcome": "adopted"})]


def test_who_is_forgotten_leaves_no_word_behind(stage: Played) -> None:
    proposal = opened(stage)
    said = "我觉得锁太早了"
    opinion = stage.does("wang-ayi", lambda tx, by: proposals.say(tx, by, proposal, said, stage.now).id)
    stage.does("sunli", lambda tx, by: proposals.show(tx, by, opinion, said, stage.now))
    copy = stage.does("wang-ayi", lambda tx, by: keeping.copy(tx, by.person))
    assert [one["text"] for one in copy["opinions"]] == [said]
    stage.does("wang-ayi", lambda tx, by: my_data.erase(tx, by, 1, stage.now))
    kept = only(stage.rows("opinions"))
    assert (kept.text, kept.shown) == (GONE, "")


def test_the_year_tells_what_was_decided_from_the_record_alone(stage: Played) -> None:
    adopted, few = ended(stage, ALL_YES), ended(stage, {"wang-ayi": Ballot.YES})
    stage.does("sunli", lambda tx, by: proposals.publish(tx, by, few, stage.now))
    promised = stage.now + timedelta(days=9)
    stage.does("sunli", lambda tx, by: proposals.publish(tx, by, adopted, stage.now, promised_for=promised))
    stage.does("sunli", lambda tx, by: proposals.finish(tx, by, adopted, "不行", stage.now, done=False))
    unit, year = stage.unit(HOME), figures.Period(year=2026)
    book = stage.does("sunli", lambda tx, by: figures.year_book(tx, by.community, year))
    assert book.decisions == {unit: Decisions(opened=2, adopted=1, too_few=1, published=2, not_done=1)}
    assert not [one.data for one in stage.rows("events") if "yes" in str(one.data)]


# -- the rules -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("yes", "no", "abstain", "majority", "outcome"),
    [
        (26, 24, 0, Majority.HALF, Outcome.ADOPTED),
        (25, 25, 0, Majority.HALF, Outcome.REJECTED),
        (25, 5, 20, Majority.HALF, Outcome.REJECTED),
        (40, 20, 0, Majority.TWO_THIRDS, Outcome.ADOPTED),
        (39, 20, 1, Majority.TWO_THIRDS, Outcome.REJECTED),
        (49, 0, 0, Majority.HALF, Outcome.TOO_FEW),
        (0, 0, 0, Majority.HALF, Outcome.TOO_FEW),
    ],
)
def test_what_is_decided(yes: int, no: int, abstain: int, majority: Majority, outcome: Outcome) -> None:
    votes = {Ballot.YES: yes, Ballot.NO: no, Ballot.ABSTAIN: abstain}
    assert decided(votes, 100, 50, majority) is outcome


def test_fewer_than_five_votes_never_decide() -> None:
    assert decided({Ballot.YES: 4}, 5, 33, Majority.HALF) is Outcome.TOO_FEW


def test_a_count_is_exact_only_when_every_number_is_five_or_more() -> None:
    def counts(*votes: int) -> Counts:
        return told(dict(zip(Ballot, votes, strict=True)))

    assert counts(12, 7, 5) == Counts(exact=True, cast=24, yes=12, no=7, abstain=5)
    assert counts(12, 7, 4) == Counts(exact=False, cast=20, yes=10, no=5, abstain=None)


def test_the_sum_of_a_rounded_count_gives_no_part_away() -> None:
    chance = random.Random(36)
    for _ in range(2_000):
        parts = [chance.randrange(30) for _ in range(2)] + [chance.randrange(5)]
        seen = told(dict(zip(Ballot, parts, strict=True)))
        shown = [seen.yes or 0, seen.no or 0, seen.abstain or 0]
        for place, low in enumerate(shown):
            others = sum(shown) - low
            assert (seen.cast or 0) - others - 8 <= low, (parts, seen)
