"""The way to the desk: from the chat, once, with six digits; and out again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.signing_in import PASSES_AN_HOUR, TRIES
from storage import people
from storage.tables import desk_passes, desk_sessions, events
from tests.web.desk import Desk, pass_of
from tests.web.serving import Page, Server, clock
from web.desk.door import WRONG_FROM_ONE


@pytest.fixture
def sunli(server: Server) -> Page:
    page = server.client()
    page.be("sunli")
    return page


def digits(page: Page) -> str:
    """The number that came by chat."""
    for _ in range(100):
        found = [re.search(r"：(\d{6})，", one.get("text", "")) for one in page.messages()]
        if any(found):
            return next(one[1] for one in reversed(found) if one)
        page.http.get("/api/messages", params={"after": 0, "wait": 1})
    raise AssertionError("no digits came")


def knock(server: Server, page: Page) -> Desk:
    """As far as the six digits."""
    link, _ = pass_of(page.say("工作台")["reply"])
    desk = Desk(server)
    assert "/desk/in" in desk.get(link).text
    answer = desk.http.post("/desk/in", data={"link": link.rpartition("/")[2]})
    assert answer.headers["location"] == "/desk/number"
    return desk


def sign_in(server: Server, page: Page) -> Desk:
    desk = knock(server, page)
    assert desk.http.post("/desk/number", data={"number": digits(page)}).headers["location"] == "/desk"
    return desk


def test_a_secretary_signs_in_with_the_link_and_the_digits(server: Server, sunli: Page) -> None:
    desk = sign_in(server, sunli)
    page = desk.get("/desk")
    assert page.status_code == 200
    assert "孙丽" in page.text
    assert "no-store" in page.headers["cache-control"]


def test_the_code_can_be_typed_and_opens_once(server: Server, sunli: Page) -> None:
    _, code = pass_of(sunli.say("desk")["reply"])
    typed = code.lower().replace("-", " ")
    assert Desk(server).http.post("/desk/in", data={"code": typed}).status_code == 303
    assert Desk(server).http.post("/desk/in", data={"code": code}).status_code == 403


def test_looking_at_the_link_does_not_use_it(server: Server, sunli: Page) -> None:
    link, _ = pass_of(sunli.say("工作台")["reply"])
    for _ in range(3):
        assert Desk(server).get(link).status_code == 200
    assert Desk(server).http.post("/desk/in", data={"link": link.rpartition("/")[2]}).status_code == 303


def test_before_the_digits_nothing_opens(server: Server, sunli: Page) -> None:
    desk = knock(server, sunli)
    for path in ("/desk", "/desk/new", "/desk/case/1"):
        assert desk.get(path).headers["location"] == "/desk/in"


def test_a_new_pass_ends_the_one_before(server: Server, sunli: Page) -> None:
    _, old = pass_of(sunli.say("工作台")["reply"])
    sunli.say("工作台")
    assert Desk(server).http.post("/desk/in", data={"code": old}).status_code == 403


def test_a_pass_ends_after_ten_minutes(server: Server, sunli: Page) -> None:
    _, code = pass_of(sunli.say("工作台")["reply"])
    with server.house.store.begin() as tx:
        tx.connection.execute(update(desk_passes).values(expires_at=clock() - timedelta(seconds=1)))
    assert Desk(server).http.post("/desk/in", data={"code": code}).status_code == 403


def test_five_wrong_digits_end_it(server: Server, sunli: Page) -> None:
    desk = knock(server, sunli)
    right = digits(sunli)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(TRIES):
        assert desk.http.post("/desk/number", data={"number": wrong}).status_code == 403
    assert desk.http.post("/desk/number", data={"number": right}).status_code == 403
    assert desk.get("/desk").headers["location"] == "/desk/in"


def test_codes_cannot_be_guessed(server: Server, sunli: Page) -> None:
    desk = Desk(server)
    found = [desk.http.post("/desk/in", data={"code": f"AAAA-{n:04d}"}).status_code for n in range(11)]
    assert found == [403] * 10 + [429]
    link, _ = pass_of(sunli.say("工作台")["reply"])
    assert desk.http.post("/desk/in", data={"link": link.rpartition("/")[2]}).status_code == 303


def test_wrong_links_shut_the_door_to_nobody(server: Server, sunli: Page) -> None:
    stranger = Desk(server)
    for n in range(WRONG_FROM_ONE):
        assert stranger.http.post("/desk/in", data={"link": f"guess-{n}"}).status_code == 403
    _, code = pass_of(sunli.say("工作台")["reply"])
    assert stranger.http.post("/desk/in", data={"code": code}).status_code == 303


def test_passes_are_not_given_out_without_end(sunli: Page) -> None:
    for _ in range(PASSES_AN_HOUR):
        assert sunli.say("工作台")["reply"]["buttons"]
    assert "太多次" in sunli.say("工作台")["reply"]["text"]


@pytest.mark.parametrize("who", ["wang-ayi", "liming"])
def test_residents_and_members_get_no_pass(server: Server, who: str) -> None:
    page = server.client()
    page.be(who)
    assert "desk/in" not in str(page.say("工作台"))
    assert Desk(server).get(f"/demo/desk/{who}").status_code == 404


def test_the_demo_shows_a_way_in_for_whoever_has_a_desk(server: Server) -> None:
    page = Desk(server).get("/demo").text
    assert 'href="/demo/desk/sunli"' in page
    assert "/demo/desk/wang-ayi" not in page


def test_in_production_there_is_no_way_around_the_door(new_server) -> None:  # type: ignore[no-untyped-def]
    assert Desk(new_server(mode="production")).get("/demo/desk/sunli").status_code == 404


def test_the_end_of_a_role_is_the_end_of_the_session(server: Server, sunli: Page) -> None:
    desk = sign_in(server, sunli)
    with server.house.store.begin() as tx:
        person = people.by_key(tx, "sunli")
        assert person
        for role in people.roles_of(tx, person.id, clock()):
            people.end_role(tx, role, clock())
    assert desk.get("/desk").headers["location"] == "/desk/in"
    assert desk.get("/desk/rows", headers={"HX-Request": "true"}).status_code == 401


def test_signing_out_ends_the_session_also_for_a_kept_cookie(server: Server, sunli: Page) -> None:
    desk = sign_in(server, sunli)
    cookie = dict(desk.http.cookies)
    assert desk.http.post("/desk/out").status_code == 303
    again = Desk(server)
    again.http.cookies.update(cookie)
    assert again.get("/desk").headers["location"] == "/desk/in"


@pytest.mark.parametrize("span", [{"hours": 2}, {"days": 1}])
def test_a_session_ends_when_nobody_is_there_and_after_a_day(server: Server, span: dict[str, int]) -> None:
    desk = Desk(server).demo("sunli")
    column = "seen_at" if "hours" in span else "began_at"
    with server.house.store.begin() as tx:
        tx.connection.execute(update(desk_sessions).values({column: clock() - timedelta(**span)}))
    assert desk.get("/desk").headers["location"] == "/desk/in"


def test_a_session_outlives_a_restart(server: Server) -> None:
    desk = Desk(server).demo("sunli")
    server.stop()
    server.start()
    assert desk.get("/desk").status_code == 200


def test_nothing_that_opens_the_desk_stands_in_the_database(server: Server, sunli: Page) -> None:
    desk = sign_in(server, sunli)
    cookie = next(iter(desk.http.cookies.values()))
    with server.house.store.read() as tx:
        rows = [*tx.rows(select(desk_sessions)), *tx.rows(select(desk_passes)), *tx.rows(select(events))]
    assert cookie not in str(rows)
    assert digits(sunli) not in str(rows)


def test_a_form_from_elsewhere_or_without_its_token_does_nothing(server: Server) -> None:
    desk = Desk(server).demo("sunli")
    form = {"what": "灯坏了", "where": "阳光花园3栋", "name": "老王", "agreed": "yes"}
    refused = desk.http.post("/desk/new", data=form)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    assert desk.http.post("/desk/new", data={**form, "csrf": "x" * 40}).status_code == 403
    assert desk.http.post("/desk/new", data={**form, "csrf": "令牌"}).status_code == 403
    other = Desk(server).demo("xujing").csrf()
    assert desk.http.post("/desk/new", data={**form, "csrf": other}).status_code == 403
    assert desk.post("/desk/new", headers={"Origin": "https://elsewhere.example"}, **form).status_code == 403
    assert desk.post("/desk/new", **form).status_code == 303


def test_the_cookie_is_the_desks_own(server: Server) -> None:
    answer = Desk(server).get("/demo/desk/sunli")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_over_https_the_cookie_belongs_to_this_host_alone(new_server) -> None:  # type: ignore[no-untyped-def]
    secure = new_server(public_url="https://linli.example")
    cookie = Desk(secure).get("/demo/desk/sunli").headers["set-cookie"]
    assert cookie.startswith("__Host-linli-desk=") and "Secure" in cookie
