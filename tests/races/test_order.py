"""One conversation at a time: many threads change nothing about what one person hears."""

from __future__ import annotations

import threading

from tests.acting import Stage

LINES = (
    "阳光花园3栋2单元电梯坏了",
    "还有楼道灯也不亮",
    "谢谢",
    "我的诉求到哪了",
    "撤回",
    "保留",
    "帮助",
    "你好",
    "我要报修",
    "水管漏水",
    "取消",
    "最近有什么活动",
    "办居住证要带什么",
    "我要许愿",
    "想要一副老花镜",
    "阳光花园3栋2单元",
    "通知",
    "2",
    "下一页",
    "再见",
)


def heard(stage: Stage, who: str) -> list[str]:
    with stage.store.begin() as tx:
        mine = stage.person(tx, who).id
    address = next(row.id for row in stage.rows("addresses") if row.person_id == mine)
    return [row.body["text"] for row in stage.rows("mailbox") if row.address_id == address and not row.mine]


def test_twenty_rapid_messages_from_three_threads_end_as_one_after_the_other(stage: Stage) -> None:
    """Each thread delivers every message, as three pollers would; a message waits for the one before it."""
    alone, crowded = stage.crowd(2)
    for number, line in enumerate(LINES):
        stage.say(alone, line, message_id=f"a{number}")
        stage.later(seconds=1)
    stage.later(seconds=-len(LINES))
    at = [stage.now] * len(LINES)
    begun, turn = threading.Condition(), [0]

    def deliver() -> None:
        for number, line in enumerate(LINES):
            with begun:
                begun.wait_for(lambda n=number: turn[0] >= n, 20)
            stage.now = at[number]
            elsewhere = line.replace("3栋", "5栋")  # nobody's case is joined to the other's
            stage.say(crowded, elsewhere, message_id=f"a{number}")
            with begun:
                turn[0] = max(turn[0], number + 1)
                begun.notify_all()

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    numbers = str.maketrans("0123456789", "##########")
    assert [t.translate(numbers) for t in heard(stage, crowded)] == [
        t.translate(numbers) for t in heard(stage, alone)
    ]
    assert not stage.crashes()


def test_different_messages_at_once_are_each_answered_once(stage: Stage) -> None:
    (who,) = stage.crowd(1)
    texts = [f"阳光花园{n}栋1单元楼道灯坏了" for n in range(1, 13)]
    threads = [threading.Thread(target=stage.say, args=(who, text)) for text in texts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    said = [row.body["text"] for row in stage.rows("mailbox") if row.mine]
    answers = heard(stage, who)
    assert sorted(said) == sorted(texts)
    assert len(answers) == 12
    assert stage.count("cases") == 12
    assert not stage.crashes()
