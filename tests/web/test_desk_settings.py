"""设置: changed by the level that covers everybody, at once in every process, seen, and put back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from actions import cases, loading
from bot import texts
from bot.house import House
from domain.calendar import BEIJING
from nlu.understand import Understanding
from storage import community, people
from storage.community_files import read
from storage.tables import desk_sessions, edits, events
from tests.acting import at_once
from tests.conftest import KEY, NOW, ROOT
from tests.web.desk import Desk
from tests.web.desk_year import _actor
from tests.web.serving import Server, clock

HOME = "/desk/settings"


@pytest.fixture
def server_(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Iterator[Server]:
    server = Server(tmp_path / "home", demo_sqlite, KEY, understanding)
    server.start()
    yield server
    server.stop()
    texts.use({})


@pytest.fixture
def top(server_: Server) -> Desk:
    """Somebody of the subdistrict, which covers all six communities of the demo."""
    return Desk(server_).demo(key_of_top(server_))


def key_of_top(server: Server) -> str:
    with server.house.store.read() as tx:
        duty = server.house.conversation.community(tx).duty()
        return next(
            one.key or ""
            for one in people.everybody_on_the_roster(tx, 500)
            if any(
                str(role.kind) in ("officer", "secretary") and role.unit_id == duty.id
                for role in people.roles_of(tx, one.id, clock())
            )
        )


def fields(page: str, action: str) -> dict[str, str]:
    """What the form with this address holds."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.S)
    assert form, action
    found = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form[0]))
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)</textarea>', form[0]))
    found |= dict(re.findall(r'<select name="(\w+)">.*?value="(\w+)" selected', form[0], re.S))
    if 'name="private" value="yes" checked' not in form[0]:
        found.pop("private", None)
    return found


def of_category(desk: Desk, key: str, **told: str) -> dict[str, str]:
    return fields(desk.get(f"{HOME}/category/{key}").text, f"{HOME}/category/{key}") | told


def known(house: House):  # type: ignore[no-untyped-def]
    with house.store.read() as tx:
        return house.conversation.community(tx)


def changed(server: Server) -> list:  # type: ignore[type-arg]
    with server.house.store.read() as tx:
        return list(tx.rows(select(events).where(events.c.kind == "setting_changed").order_by(events.c.id)))


# -- categories ------------------------------------------------------------------------------------
def test_a_category_is_changed_with_its_history_and_put_back(server_: Server, top: Desk) -> None:
    path = f"{HOME}/category/repairs"
    before = known(server_.house).category("repairs").answer
    form = of_category(top, "repairs", answer="5wd", first="物业、业委会")
    assert top.post(path, **form).status_code == 303
    now = known(server_.house).category("repairs")
    assert (now.answer, now.first, now.sign) == ("5wd", ("物业", "业委会"), form["sign"])
    (event,) = changed(server_)
    assert event.data["before"]["answer"] == before
    assert event.data["after"]["answer"] == "5wd"
    page = top.get(path).text
    assert f"<del>{before}</del> → <ins>5wd</ins>" in page
    assert top.post(f"{HOME}/back/{event.id}", seen="1").status_code == 303
    assert known(server_.house).category("repairs").answer == before
    assert len(changed(server_)) == 2
    assert top.post(path, **of_category(top, "repairs")).headers["location"].endswith("set_nothing")
    assert len(changed(server_)) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"answer": "morgen"}, {"sign": "9d", "answer": "1h"}, {"lapse_days": "-1"}, {"lapse_days": "x"},
     {"name_zh_Hans": ""}, {"merge_at": "moon"}, {"merge_hours": "999999"}],
)  # fmt: skip
def test_what_makes_no_sense_is_not_set(server_: Server, top: Desk, wrong: dict[str, str]) -> None:
    answer = top.post(f"{HOME}/category/repairs", **of_category(top, "repairs", **wrong))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert changed(server_) == []


def test_two_who_edit_at_once_do_not_overwrite_each_other(server_: Server, top: Desk) -> None:
    path, form = f"{HOME}/category/repairs", of_category(top, "repairs")
    told = {"csrf": top.csrf(), **form}
    answers = at_once(
        [lambda days=days: top.http.post(path, data=told | {"lapse_days": days}) for days in ("4", "5", "6")]
    )
    assert sorted(one.status_code for one in answers) == [303, 409, 409]
    assert len(changed(server_)) == 1
    late = top.post(path, **form | {"answer": "9wd"})
    assert late.status_code == 409
    assert "刚才有人先改了" in late.text


def test_a_way_back_that_has_not_seen_the_newest_is_refused(server_: Server, top: Desk) -> None:
    for days in ("4", "5"):
        top.post(f"{HOME}/category/repairs", **of_category(top, "repairs", lapse_days=days))
    first = changed(server_)[0]
    assert top.post(f"{HOME}/back/{first.id}", seen="1").status_code == 409
    assert known(server_.house).category("repairs").lapse_days == 5
    assert top.post(f"{HOME}/back/999999", seen="1").status_code == 404


def test_loading_the_files_again_undoes_nothing(server_: Server, top: Desk) -> None:
    top.post(f"{HOME}/category/repairs", **of_category(top, "repairs", answer="5wd"))
    files = read([ROOT / "demo" / "guangming"])
    report = loading.load(server_.house.store, files, clock())
    assert report.edited == 1
    assert known(server_.house).category("repairs").answer == "5wd"


# -- time ------------------------------------------------------------------------------------------
def hours(desk: Desk) -> str:
    return fields(desk.get(HOME).text, f"{HOME}/hours")["seen"]


def test_working_time_and_lunch_count_for_new_cases_and_old_ones_keep_theirs(
    server_: Server, top: Desk
) -> None:
    def report(words: str):  # type: ignore[no-untyped-def]
        with server_.house.store.begin() as tx:
            by = _actor(tx, server_, "wang-ayi")
            return cases.report(tx, by, text=words, category="repairs", place=None, now=NOW)

    old = report("水管漏水")
    spans = {"from": ["09:00", "13:00"], "until": ["11:00", "15:00"], "weekday": ["0", "1", "2", "3"]}
    assert top.post(f"{HOME}/hours", seen=hours(top), **spans).status_code == 303
    new = report("楼道灯坏了")
    assert new.answer_by != old.answer_by
    assert known(server_.house).calendar.hours.spans == (("09:00", "11:00"), ("13:00", "15:00"))
    with server_.house.store.read() as tx:
        assert tx.get(type(old), old.id).answer_by == old.answer_by
    for wrong in (
        {"from": ["09:00", "10:00"], "until": ["11:00", "15:00"], "weekday": ["0"]},
        {"from": ["12:00"], "until": ["09:00"], "weekday": ["0"]},
        {"from": ["09:00"], "until": ["12:00"]},
        {"from": [], "until": [], "weekday": ["0"]},
    ):
        assert top.post(f"{HOME}/hours", seen=hours(top), **wrong).status_code == 409


def test_a_holiday_and_a_make_up_day_go_over_the_calendar(server_: Server, top: Desk) -> None:
    def seen() -> str:
        return fields(top.get(HOME).text, f"{HOME}/days")["seen"]

    page = top.get(HOME).text
    assert re.search(r"节假日来自 chinesecalendar [\d.]+，到 \d{4} 年为止", page)
    days = f"{HOME}/days"
    off = {"first": "2026-12-07", "last": "2026-12-08", "how": "off"}
    assert top.post(days, seen=seen(), **off).status_code == 303
    assert top.post(days, seen=seen(), first="2026-12-12", how="work").status_code == 303
    calendar = known(server_.house).calendar
    at = [datetime(2026, 12, day, 10, tzinfo=BEIJING).date() for day in (7, 8, 9, 12)]
    assert [calendar.works_on(day) for day in at] == [False, False, True, True]
    assert "2026-12-12 上班" in top.get(HOME).text
    assert top.post(days, seen=seen(), first="2026-12-07", how="calendar").status_code == 303
    assert known(server_.house).calendar.works_on(at[0])
    for wrong in ("2026-11-01", "2026-13-01", "", "2099-01-01"):
        assert top.post(days, seen=seen(), first=wrong, how="off").status_code == 409
    assert top.post(days, seen="0", first="2026-12-20", how="off").status_code == 409


# -- sentences -------------------------------------------------------------------------------------
def first_with_gaps() -> str:
    return next(
        key
        for key, one in texts.sentences("zh_Hans").items()
        if key.startswith("refusals.") and "{number}" in one
    )


def test_a_sentence_is_said_in_own_words_and_reset(server_: Server, top: Desk) -> None:
    key = first_with_gaps()
    path = f"{HOME}/text/{key}"
    gaps = set(re.findall(r"\{[^}]*\}", texts.default("zh_Hans", key)))
    own = "我们改的话" + "".join(sorted(gaps))
    form = fields(top.get(path).text, path)
    assert top.post(path, **form | {"zh_Hans": own}).status_code == 303
    known(server_.house)
    assert texts.sentence("zh_Hans", key) == own
    assert texts.sentence("en", key) == texts.default("en", key)
    assert key in top.get(f"{HOME}/texts").text
    assert key in top.get(f"{HOME}/texts?q=我们改").text
    assert top.post(path, seen="1", reset="yes").status_code == 303
    known(server_.house)
    assert texts.sentence("zh_Hans", key) == texts.default("zh_Hans", key)


@pytest.mark.parametrize(
    "words", ["没有编号", "{number} {nobody}", "{number!r}", "{number.x}", "{", "{}", "x" * 1001]
)
def test_words_that_would_break_a_reply_are_refused(server_: Server, top: Desk, words: str) -> None:
    path = f"{HOME}/text/{first_with_gaps()}"
    answer = top.post(path, seen="0", zh_Hans=words)
    assert answer.status_code == 409
    assert changed(server_) == []


def test_what_a_new_version_no_longer_fits_is_passed_over(server_: Server) -> None:
    key = first_with_gaps()
    texts.use({key: {"zh_Hans": "旧的 {gone}"}, "no.such": {"en": "x"}})
    assert texts.sentence("zh_Hans", key) == texts.default("zh_Hans", key)


@pytest.mark.parametrize(
    "key", ["buttons.claim", "commands.greet", "consent.notice", "words.status.open", "no.such"]
)
def test_what_the_code_matches_or_people_agreed_to_is_not_open(top: Desk, key: str) -> None:
    assert top.get(f"{HOME}/text/{key}").status_code == 404
    assert top.post(f"{HOME}/text/{key}", seen="0", zh_Hans="x").status_code == 404


# -- who, and where else ---------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["sunli", "xujing"])
def test_whoever_covers_only_a_part_finds_no_such_page(server_: Server, key: str) -> None:
    desk = Desk(server_).demo(key)
    for path in ("", "/category/repairs", "/texts", "/text/greet.help"):
        assert desk.get(HOME + path).status_code == 404
    for path in ("/hours", "/days", "/category/repairs", "/text/greet.help", "/back/1"):
        assert desk.post(HOME + path, seen="0").status_code == 404
    assert HOME not in desk.get("/desk").text
    assert changed(server_) == []


def test_a_form_from_elsewhere_and_an_ended_session_change_nothing(server_: Server, top: Desk) -> None:
    form = of_category(top, "repairs", answer="5wd")
    path = f"{HOME}/category/repairs"
    assert top.http.post(path, data=form | {"csrf": "x"}).status_code == 403
    told = form | {"csrf": top.csrf()}
    with server_.house.store.begin() as tx:
        tx.connection.execute(update(desk_sessions).values(ended_at=clock()))
    assert top.http.post(path, data=told).headers["location"] == "/desk/in"
    assert changed(server_) == []


def test_another_process_has_it_with_its_next_message(
    server_: Server, top: Desk, understanding: Understanding
) -> None:
    """A worker of its own on the same database: it has read the community before the change."""
    other = House(server_.settings, understanding, clock=clock)
    assert known(other).category("repairs").answer != "5wd"
    top.post(f"{HOME}/category/repairs", **of_category(top, "repairs", answer="5wd"))
    assert known(other).category("repairs").answer == "5wd"
    key = first_with_gaps()
    own = "换了" + "".join(sorted(set(re.findall(r"\{[^}]*\}", texts.default("en", key)))))
    top.post(f"{HOME}/text/{key}", seen="0", en=own)
    known(other)
    assert texts.sentence("en", key) == own
    other.store.close()


def test_changes_of_different_things_at_once_are_all_counted(server_: Server, top: Desk) -> None:
    """Each makes a version of its own: no process keeps a picture that lacks one of them."""
    csrf = top.csrf()
    with server_.house.store.read() as tx:
        before = community.version(tx)
    keys = ("repairs", "sanitation", "noise", "parking")
    forms = {key: of_category(top, key, lapse_days="7") | {"csrf": csrf} for key in keys}
    answers = at_once(
        [lambda key=key: top.http.post(f"{HOME}/category/{key}", data=forms[key]) for key in keys]
    )
    assert {one.status_code for one in answers} == {303}
    with server_.house.store.read() as tx:
        assert community.version(tx) == before + len(keys)
        assert len(tx.rows(select(edits))) == len(keys)
