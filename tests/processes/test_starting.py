"""An installation that cannot work says why in a sentence."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet

from tests.processes.running import Linli


def test_another_key_is_named_before_anything_is_served(home: Path, model: Path) -> None:
    (home / "linli.key").write_bytes(Fernet.generate_key())
    linli = Linli(home, model)
    for command in ("run", "worker", "migrate"):
        ended = linli.command(command)
        assert ended.returncode == 2, ended.stderr
        assert "is not the key this database was written with" in ended.stderr
        assert "Traceback" not in ended.stderr
    found = linli.command("doctor")
    assert found.returncode == 1
    assert "is not the key" in " ".join(found.stdout.split())


def test_the_right_key_serves(home: Path, model: Path) -> None:
    linli = Linli(home, model)
    linli.start()
    assert linli.stop() == 0


def test_a_model_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    ended = Linli(home, tmp_path / "nowhere").command("run")
    assert ended.returncode == 2
    assert "linli nlu train" in ended.stderr
