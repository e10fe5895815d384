"""What leaves the house or becomes an example says nothing about who wrote it or about whom."""

from __future__ import annotations

import time

import pytest

from nlu.masking import identifying, masked

HIDDEN = {
    "我叫张建国,电话13812345678,3栋2单元502漏水": "我叫〔姓名〕,电话〔电话〕,3栋2单元〔房号〕漏水",
    "找１３８ １２３４ ５６７８就行": "找〔电话〕就行",
    "138\u200b1234\u200b5678": "〔电话〕",
    "打座机0755-2345 6789转803": "打座机〔电话〕",
    "幺三八一二三四五六七八给我回个话": "〔电话〕给我回个话",
    "身份证11010519491231002X,低保批了没": "身份证〔证件号〕,低保批了没",
    "粤B12345堵在消防通道": "〔车牌〕堵在消防通道",
    "卡号6222 0212 3456 7890 123": "卡号〔号码〕",
    "发到zhang.san@mail.example.cn": "发到〔邮箱〕",
    "微信号abc_12345加我": "微信号〔号码〕加我",
    "602室天天蹦迪": "〔房号〕天天蹦迪",
    "住12-3-501": "住12-3-〔房号〕",
    "王阿姨摔了": "〔姓名〕摔了",
    "楼下欧阳先生家的狗": "楼下〔姓名〕家的狗",
    "老张家又吵了": "〔姓名〕家又吵了",
    "業主:陳美玲,住8座": "業主:〔姓名〕,住8座",
    "+852 9123 4567 搵我": "+〔电话〕 搵我",
    "尾号4321的电话": "尾号4321的电话",
    "502的天天半夜拖椅子": "〔房号〕的天天半夜拖椅子",
    "我是502的,楼上漏水": "我是〔房号〕的,楼上漏水",
    "楼上1203又在装修": "楼上〔房号〕又在装修",
    "我家五零二,水管爆了": "我家〔房号〕,水管爆了",
    "住301,没暖气": "住〔房号〕,没暖气",
    "５０２那家养了三条狗": "〔房号〕那家养了三条狗",
    "隔壁１１０１堆了一门口纸箱": "隔壁〔房号〕堆了一门口纸箱",
    "the people in flat 502 are loud": "the people in flat 〔房号〕 are loud",
}
KEPT = (
    "3栋2单元电梯坏了",
    "小区大门口路灯不亮",
    "老房子漏水,楼道2024年才刷的墙",
    "12345打了三次没人接,119也问过",
    "3号诉求办到哪了",
    "电梯限载1000公斤",
    "每平米收2.8元物业费",
    "小黄车乱停",
    "打110的人来过,119也来了",
    "去301医院的班车停了",
    "302路公交不进站",
    "这个月电费502块",
    "我在2012年买的房",
    "用502胶水粘的门牌",
    "收了800的押金",
    "高空抛物",
    "周日下午三点活动还有名额吗",
    "路面有井盖松动",
)


@pytest.mark.parametrize("words", HIDDEN)
def test_who_it_is_does_not_stay(words: str) -> None:
    assert masked(words) == HIDDEN[words]


@pytest.mark.parametrize("words", KEPT)
def test_what_it_is_about_stays(words: str) -> None:
    assert masked(words) == words
    assert not identifying(words)


def test_names_that_are_known_go_too() -> None:
    assert masked("是郝建设让我来的", ["郝建设"]) == "是〔姓名〕让我来的"


@pytest.mark.parametrize("char", ["1", "王", "一", "3-", "a@", "老"])
def test_hostile_words_take_no_time(char: str) -> None:
    began = time.thread_time()
    masked(char * 4096)
    assert time.thread_time() - began < 1
