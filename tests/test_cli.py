"""The `linli` command as an operator types it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.understand import Understanding
from tests.conftest import KEY, ROOT

LINLI = Path(sys.executable).parent / "linli"


@pytest.fixture
def home(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Path:
    """A home with the demo community; the model is trained by then."""
    shutil.copy(demo_sqlite, tmp_path / "linli.db")
    (tmp_path / "linli.key").write_bytes(KEY)
    (tmp_path / "linli.key").chmod(0o600)
    return tmp_path


def linli(home: Path, *words: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"LINLI_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "200", **environment}
    return subprocess.run(
        [str(LINLI), *words],
        input=said,
        capture_output=True,
        text=True,
        env=os.environ | settings,
        cwd=home,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    told = linli(tmp_path, "--help").stdout
    for command in (
        "demo",
        "run",
        "web",
        "worker",
        "chat",
        "say",
        "load",
        "qr",
        "invite",
        "doctor",
        "export",
        "nlu",
    ):
        assert command in told


def test_a_terminal_conversation_files_a_case(home: Path) -> None:
    told = linli(home, "chat", "--as", "王阿姨", said="楼道灯不亮\n同意\n3号楼2单元\n我的诉求\n")
    assert told.returncode == 0, told.stderr
    assert "已登记，编号 1" in told.stdout
    assert "没解决" not in told.stdout


def test_the_doctor_is_content_with_the_demo(home: Path) -> None:
    told = linli(home, "doctor")
    assert told.returncode == 0, told.stdout
    assert "the database answers" in told.stdout


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    told = linli(tmp_path, "doctor", LINLI_MODE="production", LINLI_PUBLIC_URL="http://example.org")
    assert told.returncode == 1
    assert "https" in told.stdout


def test_production_refuses_telegram_until_somebody_has_said_yes(tmp_path: Path) -> None:
    told = linli(tmp_path, "run", LINLI_MODE="production", LINLI_TELEGRAM_TOKEN="1:x")
    assert told.returncode == 2
    assert "LINLI_CROSS_BORDER_ACK" in told.stderr


def test_bad_files_are_named_with_row_and_column_and_nothing_is_loaded(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(ROOT / "demo" / "guangming", mine)
    people = mine / "people.csv"
    lines = people.read_text(encoding="utf-8-sig").splitlines()
    lines[3] = lines[3].replace("阳光花园", "不存在的小区", 1)
    lines.append("x1,某人,书记,没有这个支部,19900009999,,,,,,,简体")
    people.write_text("\n".join(lines), encoding="utf-8")
    told = linli(home, "load", str(mine))
    assert told.returncode == 1
    assert "people.csv 第4行" in told.stderr
    assert f"people.csv 第{len(lines)}行" in told.stderr


def test_loading_the_same_files_again_changes_nothing(home: Path) -> None:
    told = linli(home, "load", str(ROOT / "demo" / "guangming"))
    assert told.returncode == 0, told.stderr
    assert "人员：新增0，更新0" in told.stdout


def test_a_sheet_of_stairwell_codes_names_every_building(home: Path) -> None:
    told = linli(home, "qr", "--place", "阳光花园", "--out", "sheet.html")
    assert told.returncode == 0, told.stderr
    sheet = (home / "sheet.html").read_text(encoding="utf-8")
    assert sheet.count("<svg") == sheet.count("<h2>阳光花园") == 12


def test_an_invitation_binds_a_chat_once(home: Path) -> None:
    told = linli(home, "invite", "孙丽")
    code = next(word for word in told.stdout.split() if word.startswith("i_"))
    first = linli(home, "chat", "--as", "新手机", said=f"绑定\n{code}\n队列\n")
    assert "孙丽您好" in first.stdout
    assert "没人接 0 件" in first.stdout, first.stdout
    again = linli(home, "chat", "--as", "别人的手机", said=f"绑定\n{code}\n")
    assert "这个码用不了" in again.stdout


def test_parse_speaks_json_like_rasa(home: Path) -> None:
    told = linli(home, "nlu", "parse", "3栋2单元电梯坏了", "--json")
    found = json.loads(told.stdout)
    assert found["intent"]["name"] == "report_issue"
    assert found["category"]["name"] == "lift"
    assert found["entities"]


def test_evaluate_prints_figures_for_a_labelled_file(home: Path) -> None:
    (home / "some.csv").write_text("text,intent\n楼道灯坏了,report_issue\n你好,greet\n", encoding="utf-8")
    told = linli(home, "nlu", "evaluate", "some.csv", "--json")
    assert json.loads(told.stdout)["accuracy"] == 1.0
    alone = linli(home, "nlu", "evaluate", "some.csv", "--json", "--characters")
    assert json.loads(alone.stdout)["accuracy"] == 1.0
    assert linli(home, "nlu", "evaluate", "none.csv").returncode == 2
