"""A small version of most trials; `make faults` runs all of them in full and at every door."""

from __future__ import annotations

import os

import pytest

from tests.faults.broadcast import broadcast
from tests.faults.broken import database_killed, disk_full
from tests.faults.due import due
from tests.faults.figures import Outcome, show
from tests.faults.kills import kills
from tests.faults.repeats import repeats
from tests.faults.sizes import SMALL, asked
from tests.faults.stage import Stage
from tests.faults.steps import steps
from tests.faults.storm import storm

DOORS = ("polling", "webhook", "web chat") if "LINLI_FAULTS_KILLS" in os.environ else ("polling",)
pytestmark = pytest.mark.xdist_group("faults")


def stands(outcome: Outcome) -> None:
    show([outcome])
    assert not outcome.failures, outcome


@pytest.mark.parametrize("door", DOORS)
def test_kills_at_random_and_placed_points_lose_nothing_and_double_nothing(stage: Stage, door: str) -> None:
    stands(kills(stage, asked(SMALL), door))


def test_a_process_that_dies_at_every_step_tells_the_same_story(stage: Stage) -> None:
    stands(steps(stage, asked(SMALL)))


def test_what_comes_again_or_at_once_at_three_processes_has_one_effect(stage: Stage) -> None:
    stands(repeats(stage, asked(SMALL)))


def test_what_came_due_while_all_was_down_happens_once_each(stage: Stage) -> None:
    stands(due(stage, asked(SMALL)))


def test_an_estate_without_water_is_a_few_cases_and_its_fires_are_heard_first(stage: Stage) -> None:
    stands(storm(stage, asked(SMALL)))


def test_a_notice_reaches_everybody_once_whatever_its_sender_suffers(stage: Stage) -> None:
    stands(broadcast(stage, asked(SMALL)))


def test_a_full_disk_is_said_honestly_and_loses_nothing(stage: Stage) -> None:
    stands(disk_full(stage, asked(SMALL)))


def test_a_database_that_dies_and_comes_back_loses_nothing(stage: Stage) -> None:
    stands(database_killed(stage, asked(SMALL)))
