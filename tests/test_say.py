"""`linli say`: what the chat does, from a script, with an exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands.say import DONE, REFUSED, run_say
from bot.settings import Settings
from domain.case import Status
from domain.proposals import Stage
from nlu.understand import Understanding
from storage import tables
from storage.secret import Cipher
from storage.store import Store
from tests.conftest import KEY

Say = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Path:
    shutil.copy(demo_sqlite, tmp_path / "linli.db")
    (tmp_path / "linli.key").write_bytes(KEY)
    (tmp_path / "linli.key").chmod(0o600)
    return tmp_path


@pytest.fixture
def say(home: Path) -> Say:
    settings = Settings(
        _env_file=None, home=home, database=f"sqlite:///{home / 'linli.db'}", key_file=home / "linli.key"
    )  # type: ignore[call-arg]

    def run(who: str, *lines: str, once: str = "", go_on: bool = False, as_json: bool = False) -> int:
        return run_say(settings, who, lines, once=once, go_on=go_on, as_json=as_json)

    return run


def rows(home: Path, name: str) -> list:  # type: ignore[type-arg]
    store = Store(f"sqlite:///{home / 'linli.db'}", Cipher(KEY))
    with store.read() as tx:
        found = list(tx.rows(select(tables.metadata.tables[name])))
    store.close()
    return found


@pytest.fixture
def reported(say: Say) -> None:
    assert say("王阿姨", "阳光花园3栋2单元楼道灯坏了", "同意") == DONE
    assert say("王阿姨", "阳光花园5栋停水了") == DONE


def case(home: Path, number: int):  # type: ignore[no-untyped-def]
    return next(one for one in rows(home, "cases") if one.number == number)


def test_a_case_is_claimed_finished_confirmed_and_rated(home: Path, say: Say, reported: None) -> None:
    take = "1 号：阳光花园3栋2单元楼道灯坏了"
    assert say("李明", "接单", take) == DONE
    assert say("赵强", "接单", take) == REFUSED  # it is no longer in the list
    assert say("李明", "我的任务", "办结", "换好了") == DONE
    assert case(home, 1).status == Status.ANSWERED
    assert say("王阿姨", "我的诉求", "1 号", "解决了") == DONE
    assert say("王阿姨", "评价", "★★★★★") == DONE
    assert [one.stars for one in rows(home, "ratings")] == [5]
    assert case(home, 1).status == Status.CLOSED


def test_the_desk_answers_assigns_passes_on_moves_up_and_supervises(
    home: Path, say: Say, reported: None
) -> None:
    assert say("孙丽", "队列1号", "派给党员", "赵强") == DONE
    assert say("孙丽", "队列1号", "派给党员", "没有这个人") == REFUSED
    assert say("孙丽", "队列1号", "转办", "阳光花园物业服务中心", "请物业换灯", "就这样转") == DONE
    assert [one.state for one in rows(home, "offers")] == ["open"]
    assert say("许静", "队列1号", "督办", "4 个工作小时", "请快办") == DONE
    assert len(rows(home, "supervisions")) == 1
    assert say("孙丽", "队列2号", "上报", "要供水公司来") == DONE
    assert case(home, 2).unit_id != case(home, 1).unit_id
    assert say("孙丽", "队列1号", "答复", "灯换好了") == DONE
    assert case(home, 1).answer == "灯换好了"


def test_two_are_merged_parted_and_passed_to_others(home: Path, say: Say, reported: None) -> None:
    assert say("李奶奶", "阳光花园3栋2单元楼道灯不亮", "同意", "不是一回事，单独报") == DONE
    assert say("孙丽", "队列3号", "合并", "1 号") == DONE
    assert case(home, 3).status == Status.MERGED
    assert say("孙丽", "队列1号", "拆出 3 号") == DONE
    assert case(home, 3).status != Status.MERGED
    assert say("孙丽", "队列3号", "不归我们管", "供电公司", "表前的线", "没有编号") == DONE
    assert case(home, 3).passed_on_at is not None


def test_a_vote_is_opened_and_cast(home: Path, say: Say) -> None:
    assert say("王阿姨", "发起评议") == REFUSED
    assert say("许静", "发起评议", "社区工作者", "就这几位", "7", "开始") == DONE
    assert say("王阿姨", "评议", "满意", "满意", "投出去") == DONE
    assert sum(one.voted for one in rows(home, "appraisal_voters")) == 1
    opens = ("车棚装门禁", "晚上12点锁门。", "3", "每人一票", "33%", "同意超过一半", "开始")
    assert say("孙丽", "发起议题", *opens) == DONE
    assert [one.stage for one in rows(home, "proposals")] == [Stage.DELIBERATING]


def test_the_same_again_is_answered_and_not_done_again(home: Path, say: Say, reported: None) -> None:
    for _ in range(2):
        assert say("王阿姨", "阳光花园7栋电梯坏了", once="morning-7") == DONE
        assert say("赵强", "队列", once="morning-8") == REFUSED
    assert len(rows(home, "cases")) == 3


def test_the_first_refusal_ends_it(
    home: Path, say: Say, reported: None, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert say("赵强", "队列1号", "答复", "修好了", as_json=True) == REFUSED
    told = json.loads(capsys.readouterr().out)
    assert [one["refused"] for one in told] == [True]
    assert case(home, 1).answer == ""
    assert say("孙丽", "队列1号", "派给党员", "没有这个人", "1") == REFUSED


def test_a_dialogue_goes_on_only_when_asked_to(home: Path, say: Say, reported: None) -> None:
    assert say("孙丽", "队列1号", "答复") == DONE
    assert say("孙丽", "修好了，请您看看", go_on=True) == DONE
    assert case(home, 1).answer == "修好了，请您看看"
