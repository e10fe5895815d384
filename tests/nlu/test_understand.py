"""What a whole message means."""

from __future__ import annotations

# ruff: noqa: E501
import json
import time
from collections.abc import Callable

import pytest

from domain.labels import Category, Intent
from nlu.meaning import Meaning
from nlu.understand import Understanding, as_dict
from tests.nlu.conftest import NOW

Meant = Callable[[str], Meaning]


def test_a_report_carries_its_category_and_place(meant: Meant):
    meaning = meant("金桂苑三栋二单元的电梯又坏了")
    assert meaning.intent == Intent.REPORT_ISSUE
    assert meaning.category is Category.LIFT
    assert (meaning.entities.place.estate_id, meaning.entities.place.building) == (1, "3")


@pytest.mark.parametrize(
    "text", ["不用报修了", "别派人来了", "不用麻烦师傅来了，灯又亮了", "唔使嚟整喇", "我不投诉了"]
)
def test_a_withdrawal_is_not_a_report(meant: Meant, text: str):
    meaning = meant(text)
    assert meaning.intent == Intent.WITHDRAW_CASE
    assert meaning.negated


@pytest.mark.parametrize("text", ["物业说不用修，凭什么", "垃圾堆了一周也不管", "电梯坏了没人修"])
def test_somebody_elses_refusal_is_still_a_report(meant: Meant, text: str):
    meaning = meant(text)
    assert not meaning.negated
    assert meaning.intent != Intent.WITHDRAW_CASE


def test_danger_is_flagged_whatever_the_intent(meant: Meant):
    meaning = meant("我想报名周六的活动，还有我家着火了")
    assert meaning.emergency is not None


def test_a_taken_back_request_does_not_hide_a_danger(meant: Meant):
    assert meant("不用修电梯了，人困在电梯里出不来").emergency is not None


def test_gibberish_is_not_filed(meant: Meant):
    for text in ("asdkjh", "😀😀", "。。。", "哈哈哈哈哈", "今天天气不错"):
        assert meant(text).intent != Intent.REPORT_ISSUE


def test_family_matters_are_private(meant: Meant):
    assert meant("儿子不养我，天天骂我").private
    assert not meant("路灯坏了一排").private


def test_guesses_are_best_first_and_probabilities(meant: Meant):
    meaning = meant("我想看看活动")
    chances = [guess.confidence for guess in meaning.guesses]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert (meaning.guesses[0].intent, meaning.guesses[0].confidence) == (meaning.intent, meaning.confidence)


@pytest.mark.parametrize("text", ["", " ", "😀", "\x00", "\ud800", "?" * 50, "a" * 5000, "\n\n"])
def test_any_text_is_survived(meant: Meant, text: str):
    assert meant(text).guesses


def test_the_answer_is_json_in_the_shape_of_rasa(meant: Meant):
    answer = json.loads(
        json.dumps(as_dict(meant("明天下午三点金桂苑3栋停水，电话13812345678")), ensure_ascii=False)
    )
    assert {"text", "intent", "intent_ranking", "entities"} <= answer.keys()
    assert {"place", "time", "phone"} <= {entity["entity"] for entity in answer["entities"]}
    assert set(answer["intent"]) == {"name", "confidence"}


HOSTILE = [
    "a" * 4096, "一" * 4096, "1-" * 2048, "栋" * 4096, "3栋" * 2048, "不是" * 2048, "下周" * 2048, "翠湖花" * 1365,
    "每周一" * 1365, "1" * 4096, "三点" * 2048, "9:" * 2048, "煤气" * 2048, "电梯人" * 1365, "不用来" * 1365, "(" * 4096,
    "半个" * 2048, "路号" * 2048, "人路1号" * 1024, "老人敲门" * 1024, "去年" * 2048, "着火怕" * 1365, "十" * 4096, "-1楼" * 1365,
    "since 周" * 512, "tomorrow at " * 340, "3 pm on " * 512, "building " * 455, "路街" * 2048, "平路上" * 1365, "120 days " * 455,
    "138" * 1365, "万科城市" * 1024, "掉进到了" * 1024, "fire\u0301" * 800,
    "五零二一直" * 819, "1203改成" * 585, "道5号" * 1365, "保利天汇二期" * 682, "没事,问题" * 819, "靠近学校" * 1024, "一千" * 2048, "唔系" * 2048,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_hostile_text_is_read_in_bounded_time(meant: Meant, text: str):
    meant(text)
    began = time.thread_time()
    meant(text)
    assert time.thread_time() - began < 0.05 * 4


def test_an_ordinary_message_is_read_at_once(understanding: Understanding):
    text = "三栋二单元的路灯坏了好几天了，明天下午三点能来人吗，电话13812345678"
    understanding.understand(text, NOW)
    spent = []
    for _ in range(200):
        began = time.thread_time()
        understanding.understand(text, NOW)
        spent.append(time.thread_time() - began)
    assert sorted(spent)[100] < 0.005
