"""What one chat hears unasked comes a second apart and in order; an alarm waits for nothing."""

from __future__ import annotations

from bot.spacing import Spacing


def test_each_gets_a_second_of_its_own_in_the_order_they_asked() -> None:
    spacing = Spacing()
    waits = [spacing.wait("personal", number, "chat", 100.0) for number in range(4)]
    assert waits == [0.0, 1.0, 2.0, 3.0]
    assert spacing.wait("personal", 1, "chat", 101.0) == 0.0
    assert spacing.wait("personal", 9, "chat", 101.0) == 3.0  # behind those who wait already
    assert spacing.wait("personal", 2, "chat", 102.0) == 0.0


def test_an_alarm_and_an_answer_overtake_what_waits() -> None:
    spacing = Spacing()
    for number in range(50):
        spacing.wait("personal", number, "chat", 7.0)
    assert spacing.wait("alert", 60, "chat", 7.0) == 0.0
    assert spacing.wait("reply", 61, "chat", 7.0) == 0.0


def test_other_chats_do_not_wait() -> None:
    spacing = Spacing()
    assert [spacing.wait("bulk", number, f"chat {number}", 7.0) for number in range(3)] == [0.0] * 3
