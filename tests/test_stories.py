"""Every story three ways: buttons on SQLite and numbers on PostgreSQL, each message twice; after restarts."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from bot.media import Files
from bot.messages import Reply
from bot.state import FlowState
from bot.talk import INTENTS, Heard
from bot.turn import Turn
from nlu.understand import Understanding
from storage.store import Store
from tests.acting import hurried
from tests.story import Player, stories

FOLDER = Path(__file__).parent / "stories"
STORIES = stories(FOLDER)
ELSEWHERE = {
    "notify.sweep_found": "tests/worker/test_sweep.py",
    "notify.notice_waits": "tests/test_large_notice.py",
    "notify.notice_approved": "tests/test_large_notice.py",
    "notify.audit_anchor": "tests/test_audit.py",
    "notify.message_quarantined": "nobody can crash it on purpose",
    "approve_notice": "tests/test_large_notice.py",
    "case_code": "tests/cases/test_on_behalf.py",
    "notify.notice_progress": "tests/notices/test_broadcasts.py",
    "notify.process_silent": "tests/faults/test_watch.py",
    "notify.process_back": "tests/faults/test_watch.py",
    "notify.notice_held": "tests/notices/test_broadcasts.py",
    "notify.notice_corrected": "tests/notices/test_broadcasts.py",
    "pause_notice": "tests/notices/test_broadcasts.py",
    "resume_notice": "tests/notices/test_broadcasts.py",
    "stop_notice": "tests/notices/test_broadcasts.py",
    "which": "tests/test_fallback.py",
    "notify.report_asked": "tests/web/test_desk_report.py",
}
"""What no story tells, and who does."""


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


class TestRestarts:
    """One process plays them all, and so knows what has been played."""

    pytestmark = pytest.mark.xdist_group("restarts")
    played: ClassVar[dict[Path, set[str]]] = {}  # the intents of each story, buttons included

    @pytest.fixture
    def watched(self, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run, intents = Turn.run, self.played.setdefault(story, set())

        def noted(turn: Turn, flow: FlowState, answer: Heard | None = None) -> Reply:
            intents.add(flow.intent)
            return run(turn, flow, answer)

        monkeypatch.setattr(Turn, "run", noted)

    @pytest.mark.usefixtures("watched")
    @pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
    def test_a_restart_between_any_two_turns_changes_nothing(
        self, story: Path, demo_store: Store, understanding: Understanding, tmp_path: Path
    ) -> None:
        told = play(story, demo_store, understanding, tmp_path, restart=True, twice=False)
        assert told == story.read_text(encoding="utf-8")

    def test_a_story_plays_every_intent(self) -> None:
        """What can be pressed has been pressed in a story."""
        if set(self.played) != set(STORIES):
            pytest.skip("only some of the stories were played")
        assert set(INTENTS) - set().union(*self.played.values()) <= set(ELSEWHERE)
