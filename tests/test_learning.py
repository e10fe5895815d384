"""What people choose and correct becomes a sentence to look at; what is accepted becomes an example."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from nlu.corpus import read_file
from nlu.understand import Understanding
from storage import lessons, retention
from storage.store import Store
from tests.acting import Stage, payload
from tests.conftest import KEY
from tests.test_cli import home, linli  # noqa: F401 - a fixture
from tests.test_fallback import Unsure

MUDDLE = "我叫张建国,13812345678,就是那个"
SHOWN = "我叫〔姓名〕,〔电话〕,就是那个"


@pytest.fixture
def unsure(demo_store: Store) -> Stage:
    stage = Stage(demo_store, Unsure())  # type: ignore[arg-type]
    stage.cast("wang-ayi", "li-nainai", "sunli")
    return stage


@pytest.fixture
def stage(demo_store: Store, understanding: Understanding) -> Stage:
    stage = Stage(demo_store, understanding)
    stage.cast("wang-ayi", "sunli", "guozhiyuan")
    return stage


def taught(stage: Stage) -> list[tuple[str, str, str, str]]:
    with stage.store.read() as tx:
        return [(one.text, one.guess, one.label, one.source) for one in lessons.waiting(tx)]


def test_a_choice_between_guesses_is_kept_without_the_person(unsure: Stage) -> None:
    asked = unsure.say("wang-ayi", MUDDLE)
    unsure.press("wang-ayi", payload(asked, "办事指南"))
    assert taught(unsure) == [(SHOWN, "list_activities", "ask_policy", "button")]


def test_the_same_choice_by_somebody_else_is_the_same_lesson(unsure: Stage) -> None:
    for who in ("wang-ayi", "li-nainai"):
        asked = unsure.say(who, MUDDLE)
        unsure.press(who, payload(asked, "办事指南"))
        unsure.press(who, payload(asked, "办事指南"))
    assert len(taught(unsure)) == 1


def test_asking_for_a_human_teaches_nothing(unsure: Stage) -> None:
    asked = unsure.say("wang-ayi", MUDDLE)
    unsure.press("wang-ayi", payload(asked, "转人工"))
    assert not taught(unsure)


def filed(stage: Stage, words: str) -> int:
    stage.say("wang-ayi", words)
    return max(row.id for row in stage.rows("cases"))


def test_a_secretarys_correction_is_a_lesson(stage: Stage) -> None:
    case = filed(stage, "3栋2单元楼道灯不亮")
    stage.press("sunli", f"change_category case={case} category=noise")
    assert taught(stage) == [("3栋2单元楼道灯不亮", "repairs", "noise", "correction")]


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_another_branch_teaches_nothing(stage: Stage) -> None:
    case = filed(stage, "3栋2单元楼道灯不亮")
    stage.press("guozhiyuan", f"change_category case={case} category=noise")
    assert not taught(stage)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_private_matter_is_nobodys_example(stage: Stage) -> None:
    case = filed(stage, "3栋2单元楼道灯不亮")
    stage.press("sunli", f"change_category case={case} category=dispute")
    assert not taught(stage)


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_what_nobody_looks_at_is_deleted(unsure: Stage) -> None:
    asked = unsure.say("wang-ayi", MUDDLE)
    unsure.press("wang-ayi", payload(asked, "办事指南"))
    with unsure.store.begin() as tx:
        retention.purge(tx, unsure.now + timedelta(days=181))
    assert not taught(unsure)


# -- the reviewer's command ---------------------------------------------------------------------------
@pytest.fixture
def lesson(home: Path) -> int:  # noqa: F811
    """One sentence waits at home."""
    from storage.secret import Cipher

    store = Store(f"sqlite:///{home / 'linli.db'}", Cipher(KEY))
    stage = Stage(store, Unsure())  # type: ignore[arg-type]
    stage.cast("wang-ayi")
    stage.press("wang-ayi", payload(stage.say("wang-ayi", MUDDLE), "办事指南"))
    number = stage.rows("lessons")[0].id
    store.close()
    return number


def test_what_waits_is_listed(home: Path, lesson: int) -> None:  # noqa: F811
    (shown,) = json.loads(linli(home, "nlu", "review", "--json").stdout)
    assert (shown["id"], shown["text"], shown["label"]) == (lesson, SHOWN, "ask_policy")


def test_what_is_accepted_becomes_an_example_once(home: Path, lesson: int) -> None:  # noqa: F811
    done = linli(home, "nlu", "review", "--accept", str(lesson))
    again = linli(home, "nlu", "review", "--accept", str(lesson))
    assert (done.returncode, again.returncode) == (0, 1)
    (example,) = read_file(home / "learned.yml")
    assert (example.text, example.label) == (SHOWN, "ask_policy")


def test_the_reader_may_know_better_and_may_stop(home: Path, lesson: int) -> None:  # noqa: F811
    assert linli(home, "nlu", "review", said="q\n").returncode == 0
    assert not (home / "learned.yml").exists()
    assert linli(home, "nlu", "review", said="nonsense\n").returncode == 2
    linli(home, "nlu", "review", said="case_status\n")
    assert [example.label for example in read_file(home / "learned.yml")] == ["case_status"]


def test_what_is_refused_does_not_come_back(home: Path, lesson: int) -> None:  # noqa: F811
    linli(home, "nlu", "review", said="n\n")
    assert json.loads(linli(home, "nlu", "review", "--json").stdout) == []
    assert not (home / "learned.yml").exists()


def test_nothing_waits(home: Path) -> None:  # noqa: F811
    assert "没有" in linli(home, "nlu", "review").stdout
