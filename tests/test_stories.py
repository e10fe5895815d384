"""Every story three ways: buttons on SQLite and numbers on PostgreSQL, each message twice; after restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.media import Files
from nlu.understand import Understanding
from storage.store import Store
from tests.acting import hurried
from tests.story import Player, stories

FOLDER = Path(__file__).parent / "stories"
STORIES = stories(FOLDER)


def named(path: Path) -> str:
    return str(path.relative_to(FOLDER).with_suffix(""))


@pytest.fixture(params=STORIES, ids=named)
def story(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def play(path: Path, store: Store, understanding: Understanding, folder: Path, **how: bool) -> str:
    player = Player(
        store=hurried(store), understanding=understanding, files=Files(folder / "files", 10_000_000), **how
    )
    return player.play(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_story_goes_as_it_is_written(
    story: Path,
    demo_store: Store,
    understanding: Understanding,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    told = play(story, demo_store, understanding, tmp_path)
    if request.config.getoption("--rewrite"):
        story.write_text(told, encoding="utf-8")
    assert told == story.read_text(encoding="utf-8")


@pytest.mark.parametrize("demo_store", ["postgres or sqlite"], indirect=True)
def test_numbers_do_what_buttons_do(
    story: Path, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    told = play(story, demo_store, understanding, tmp_path, menus=True)
    assert told == story.read_text(encoding="utf-8")


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
def test_a_restart_between_any_two_turns_changes_nothing(
    story: Path, demo_store: Store, understanding: Understanding, tmp_path: Path
) -> None:
    told = play(story, demo_store, understanding, tmp_path, restart=True, twice=False)
    assert told == story.read_text(encoding="utf-8")
