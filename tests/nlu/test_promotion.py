"""A new model must be at least as good as the one in place, and one command goes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.commands.nlu import run_train
from bot.settings import Settings
from nlu import vectors
from nlu.classify import WEIGHTS, StaleModel
from nlu.corpus import MODEL, read
from nlu.learned import add
from nlu.promotion import Fall, NoWayBack, beside, falls, figures, judged, promote, roll_back
from nlu.understand import Understanding
from tests.test_cli import linli


def test_only_what_is_worse_is_a_fall() -> None:
    before = {"greet": 0.9, "report_issue": 0.8, "dangers heard": 0.97}
    after = {"greet": 0.95, "report_issue": 0.8, "dangers heard": 0.96}
    assert list(falls(before, after)) == [Fall(figure="dangers heard", before=0.97, after=0.96)]


def test_a_figure_that_is_not_measured_any_more_is_a_fall() -> None:
    assert [fall.figure for fall in falls({"greet": 0.5}, {})] == ["greet"]


def test_every_intent_and_both_sides_of_danger_are_measured(understanding: Understanding) -> None:
    found = figures(understanding)
    measured = {figure.split(" ", 1)[1] for figure in found}
    intents = {example.label for example in read().intents} - {"help", "cancel"}
    assert intents <= measured
    assert {"danger dangers heard", "lookalikes without a false card"} <= set(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model in place and a new one that waits; a file says which is which."""
    place = tmp_path / "model"
    for path, name in ((place, "first"), (beside(place, "new"), "second")):
        path.mkdir()
        (path / "name").write_text(name)
    return place


def name_of(folder: Path) -> str:
    return (folder / "name").read_text()


def test_there_and_back_and_there_again(folder: Path) -> None:
    promote(folder)
    assert (name_of(folder), beside(folder, "new").exists()) == ("second", False)
    roll_back(folder)
    assert name_of(folder) == "first"
    roll_back(folder)
    assert name_of(folder) == "second"


def test_a_crash_between_the_two_moves_can_be_undone(folder: Path) -> None:
    folder.rename(beside(folder, "previous"))
    roll_back(folder)
    assert name_of(folder) == "first"


def test_without_an_earlier_model_there_is_no_way_back(folder: Path) -> None:
    with pytest.raises(NoWayBack):
        roll_back(folder)
    assert name_of(folder) == "first"


def test_a_stale_model_stops_nothing(folder: Path) -> None:
    def stale(_folder: Path) -> Understanding:
        raise StaleModel("old")

    assert judged(stale, folder) == ()


def test_what_spoils_the_model_does_not_take_its_place(
    tmp_path: Path,
    understanding: Understanding,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Somebody has accepted that every call for help is a greeting."""
    assert understanding is not None  # the model is trained by then
    monkeypatch.setattr(vectors, "installed", lambda: "")  # as where the extra is not: quicker
    place, home = tmp_path / "model", tmp_path / "home"
    shutil.copytree(MODEL, place)
    configured = Settings(home=home, model=place, _env_file=None)
    for example in read().intents:
        if example.label in ("call_emergency", "finish_task", "rate_service"):
            add(configured.learned, "intent", "greet", example.text)
    assert run_train(configured, anyway=False) == 1
    assert "finish_task" in capsys.readouterr().err
    assert (place / WEIGHTS).read_bytes() == (MODEL / WEIGHTS).read_bytes()
    assert beside(place, "new").exists()
    promote(place)
    assert (place / WEIGHTS).read_bytes() != (MODEL / WEIGHTS).read_bytes()
    assert linli(home, "nlu", "rollback", LINLI_MODEL=str(place)).returncode == 0
    assert (place / WEIGHTS).read_bytes() == (MODEL / WEIGHTS).read_bytes()
