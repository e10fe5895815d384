"""The `linli` command in this process: as quick as what it does. tests/test_cli.py starts the real one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from bot.__main__ import app


@dataclass(frozen=True, slots=True)
class Told:
    returncode: int
    stdout: str
    stderr: str


def linli(home: Path, *words: str, **environment: str) -> Told:
    """What was typed in a home, and what came of it. Raises what the command did not expect."""
    settings = {"LINLI_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "200", **environment}
    ended = CliRunner().invoke(app, list(words), env=settings)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return Told(ended.exit_code, ended.stdout, ended.stderr)
