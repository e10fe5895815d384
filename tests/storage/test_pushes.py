"""Knocks are taken by one sender, once, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.pushes import LASTS, Knock, KnockState
from storage import people, pushes
from storage.store import Store
from storage.tx import Tx
from tests.conftest import NOW


def a_browser(tx: Tx, name: str) -> int:
    address, _, _ = people.arrive(tx, "web", name, "zh_Hans", NOW)
    pushes.subscribe(tx, address.id, f"https://push.example/{name}", "key", "auth", NOW)
    return pushes.at(tx, address.id)[0].id


def a_knock(browser: int, letter: int, **more: object) -> Knock:
    told: dict[str, object] = {
        "subscription_id": browser,
        "letter": letter,
        "kind": "notice",
        "due_at": NOW,
        "expires_at": NOW + LASTS,
    }
    return Knock(**(told | more))  # type: ignore[arg-type]


def test_a_message_knocks_once_and_danger_first(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        browser = a_browser(tx, "a")
        assert pushes.put(tx, a_knock(browser, 1))
        assert not pushes.put(tx, a_knock(browser, 1))
        assert pushes.put(tx, a_knock(browser, 2, urgent=True))
    with demo_store.begin() as tx:
        assert [one.letter for one, _, _ in pushes.lease(tx, NOW, 1)] == [2]
    with demo_store.begin() as tx:
        assert [one.letter for one, _, _ in pushes.lease(tx, NOW, 9)] == [1]
    with demo_store.begin() as tx:
        assert pushes.lease(tx, NOW, 9) == []


@pytest.mark.parametrize("demo_store", ["postgres"], indirect=True)
def test_two_senders_at_once_take_different_knocks(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        browser = a_browser(tx, "a")
        for letter in (1, 2):
            pushes.put(tx, a_knock(browser, letter))
    with demo_store.begin() as one, demo_store.begin() as other:
        first = [knock.letter for knock, _, _ in pushes.lease(one, NOW, 1)]
        second = [knock.letter for knock, _, _ in pushes.lease(other, NOW, 9)]
    assert first == [1]
    assert second == [2]


def test_what_is_too_late_seen_or_of_nobody_is_over(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        browser, gone = a_browser(tx, "a"), a_browser(tx, "b")
        pushes.put(tx, a_knock(browser, 1, expires_at=NOW - timedelta(seconds=1)))
        pushes.put(tx, a_knock(browser, 5))
        pushes.put(tx, a_knock(gone, 1))
        pushes.remove(tx, [gone])
        assert pushes.behind(tx, pushes_address(tx, browser), 5)
        pushes.fetched(tx, pushes_address(tx, browser), 5)
        assert pushes.lease(tx, NOW, 9) == []
        assert {one.letter: one.state for one in tx.all(Knock)} == {1: KnockState.DEAD, 5: KnockState.SEEN}


def pushes_address(tx: Tx, browser: int) -> int:
    found = tx.get(pushes.Subscription, browser)
    assert found is not None
    return found.address_id


def test_all_processes_have_one_pair_of_keys(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        ours = pushes.vapid(tx).private_pem()
    with demo_store.begin() as tx:
        assert pushes.vapid(tx).private_pem() == ours


def test_after_a_restore_nothing_knocks_by_itself(demo_store: Store) -> None:
    with demo_store.begin() as tx:
        pushes.put(tx, a_knock(a_browser(tx, "a"), 1))
        pushes.hold(tx)
        assert pushes.lease(tx, NOW, 9) == []
