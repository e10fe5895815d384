"""GeoReport v2 as another system uses it: the fields, filters and errors of the standard, and no persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from actions import board, cases, systems
from bot.throttle import Throttle
from domain.access import Actor
from domain.case import Status
from domain.people import Person
from nlu.understand import Understanding
from storage import people, tables
from storage import systems as stored
from tests.conftest import KEY, NOW
from tests.web.conftest import NewServer
from tests.web.serving import Server
from tests.web.test_board import SECRET, filed

V2 = "/open311/v2"
TEXT, OPTIONAL = (str,), (str, type(None))
SERVICE = dict.fromkeys("service_code service_name description type keywords group".split(), TEXT) | {
    "metadata": (bool,)
}
ALWAYS = (
    "service_request_id status status_notes service_name service_code agency_responsible "
    "requested_datetime updated_datetime expected_datetime"
)
SOMETIMES = "description service_notice address address_id zipcode lat long media_url"
REQUEST = dict.fromkeys(ALWAYS.split(), TEXT) | dict.fromkeys(SOMETIMES.split(), OPTIONAL)
ERROR = {"code": (int,), "description": TEXT}
ENDPOINT = {"specification": TEXT, "url": TEXT, "changeset": TEXT, "type": TEXT, "formats": (list,)}


def fits(shape: dict[str, tuple[type, ...]], *found: dict[str, Any]) -> bool:
    """Whether each object has exactly these fields with these types."""
    return all(
        set(one) == set(shape) and all(isinstance(one[name], kinds) for name, kinds in shape.items())
        for one in found
    )


class System:
    """Another system with its key."""

    def __init__(self, server: Server, unit: str = "c-yangguang", name: str = "热线平台") -> None:
        self.server, self.token = server, f"secret-{unit}"
        self.http = httpx.Client(base_url=server.url + V2, timeout=20)
        with server.house.store.begin() as tx:
            whole = server.house.conversation.community(tx)
            self.key = systems.issue(tx, name, board.unit_of(whole, unit), self.token, NOW)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params={"api_key": self.token} | query)

    def file(self, **said: Any) -> httpx.Response:
        given = {"api_key": self.token, "service_code": "repairs", "description": "楼道灯不亮"}
        given |= {"address_string": "阳光花园3栋2单元"} | said
        return self.http.post("/requests.json", data={name: one for name, one in given.items() if one})


@pytest.fixture
def server(new_server: NewServer) -> Server:
    return new_server()


@pytest.fixture
def system(server: Server) -> System:
    return System(server)


@pytest.fixture(scope="module")
def still(
    tmp_path_factory: pytest.TempPathFactory, demo_sqlite: Path, understanding: Understanding
) -> Iterator[System]:
    """A system whose every request is refused: its server holds nothing, and serves all such tests."""
    server = Server(tmp_path_factory.mktemp("open311") / "home", demo_sqlite, KEY, understanding)
    server.start()
    server.app.state.open311.unlimited()
    yield System(server)
    server.stop()


def anybody(server: Server, path: str, **query: Any) -> httpx.Response:
    return httpx.get(server.url + V2 + path, params=query, timeout=20)


def case_of(server: Server, number: str) -> Any:
    with server.house.store.read() as tx:
        found = tables.cases
        return tx.rows(select(found).where(found.c.number == int(number.rsplit(".", 1)[1])))[-1]


# -- what there is ---------------------------------------------------------------------------------
def test_the_discovery_document_leads_to_the_endpoint(still: System) -> None:
    server = still.server
    found = httpx.get(f"{server.url}/open311/discovery.json").json()
    assert fits(ENDPOINT, *found["endpoints"])
    assert found["endpoints"][0]["url"] == server.url + V2


def test_services_are_what_may_be_public(still: System) -> None:
    server = still.server
    found = anybody(server, "/services.json").json()
    codes = {one["service_code"] for one in found}
    assert fits(SERVICE, *found)
    assert {"repairs", "lift"} <= codes
    assert not {"danger", "dispute", "care", "safety"} & codes
    defined = anybody(server, "/services/repairs.json").json()
    assert defined == {"service_code": "repairs", "attributes": []}


# -- filing ----------------------------------------------------------------------------------------
def test_a_request_becomes_a_case_in_the_queue_of_its_place(server: Server, system: System) -> None:
    answer = system.file()
    assert answer.status_code == 201
    (said,) = answer.json()
    assert set(said) == {"service_request_id", "service_notice", "account_id"}
    case = case_of(server, said["service_request_id"])
    with server.house.store.read() as tx:
        whole = server.house.conversation.community(tx)
    assert (whole.units[case.unit_id].key, case.text) == ("b-yangguanghuayuan", "楼道灯不亮")
    assert "case_reported" in {row.kind for row in rows(server, "events")}


def rows(server: Server, table: str) -> list[Any]:
    with server.house.store.read() as tx:
        return list(tx.rows(select(tables.metadata.tables[table])))


@pytest.mark.parametrize("address", ["火星路9号", "翠屏湖橘园家园3栋", "橘园家园"])
def test_a_place_that_is_not_the_keys_stays_with_its_unit(
    server: Server, system: System, address: str
) -> None:
    (said,) = system.file(address_string=address).json()
    case = case_of(server, said["service_request_id"])
    assert case.place_id is None
    assert (case.unit_id, case.place_text) == (system.key.unit_id, address)


def test_the_same_external_number_is_the_same_case_and_is_kept(server: Server, system: System) -> None:
    told = {"attribute[external_id]": "RX-2026/77"}
    first, again = system.file(**told), system.file(**told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()[0]["service_request_id"] == again.json()[0]["service_request_id"]
    assert len(rows(server, "cases")) == 1
    assert rows(server, "cases")[0].external_number == "RX-2026/77"
    other = System(server, "c-cuipinghu")
    assert other.file(**told).status_code == 201
    assert len(rows(server, "cases")) == 2


def test_long_tokens_that_begin_alike_are_two_cases(server: Server, system: System) -> None:
    begins = "热线-" * 16
    for end in ("甲", "乙", "甲"):
        system.file(**{"attribute[external_id]": begins + end})
    assert len(rows(server, "cases")) == 2
    assert system.get(f"/tokens/{begins}乙.json").json()[0]["service_request_id"].endswith(".2")


def test_who_lost_the_answer_asks_with_its_own_token(system: System) -> None:
    number = system.file(**{"attribute[external_id]": "A1"}).json()[0]["service_request_id"]
    assert system.get("/tokens/A1.json").json() == [{"service_request_id": number, "token": "A1"}]
    assert system.get("/tokens/B2.json").status_code == 404
    assert system.http.get("/tokens/A1.json").status_code == 403


def test_danger_to_life_rings_the_branch_and_says_whom_to_call(server: Server, system: System) -> None:
    (said,) = system.file(description="3栋2单元着火了，快来人").json()
    assert "119" in said["service_notice"]
    (case,) = rows(server, "cases")
    assert (case.urgent, case.category) == (True, "danger")
    assert anybody(server, f"/requests/{said['service_request_id']}.json").status_code == 404


def test_a_complaint_about_staff_goes_past_them(server: Server, system: System) -> None:
    system.file(description="网格员打人，态度恶劣")
    (case,) = rows(server, "cases")
    assert case.subject_unit_id is not None
    assert case.private
    assert case.unit_id != case.subject_unit_id


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"api_key": "wrong"}, 403),
        ({"api_key": ""}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404),
        ({"service_code": "danger"}, 404),
        ({"address_string": ""}, 400),
        ({"address_string": "", "lat": "x", "long": "1"}, 400),
        ({"address_string": "", "lat": "91", "long": "1"}, 400),
        ({"address_string": "", "lat": "nan", "long": "1"}, 400),
        ({"jurisdiction_id": "nowhere"}, 404),
        ({"description": "灯" * 4001}, 400),
    ],
)
def test_a_wrong_request_is_refused_in_the_words_of_the_standard(
    still: System, said: dict[str, str], code: int
) -> None:
    answer = still.file(**said)
    assert (answer.status_code, answer.json()[0]["code"]) == (code, code)
    assert fits(ERROR, *answer.json())
    assert not rows(still.server, "cases")


def test_a_revoked_key_opens_nothing(server: Server, system: System) -> None:
    with server.house.store.begin() as tx:
        assert stored.revoke(tx, system.key.id, NOW)
    assert system.file().status_code == 403
    assert system.get("/requests.json").status_code == 403


def test_only_the_hash_of_a_key_is_kept(server: Server, system: System) -> None:
    assert system.token not in str(rows(server, "api_keys"))


EXAMPLE = {  # the fields of the standard's own example of a POST
    "lat": "37.76524078",
    "long": "-122.4212043",
    "address_string": "1234 5th street",
    "email": "smit333@sfgov.edu",
    "device_id": "tt222111",
    "account_id": "123456",
    "first_name": "john",
    "last_name": "smith",
    "phone": "111111111",
    "description": "A large sinkhole is destroying the street",
    "media_url": "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
    "attribute[WHISPAWN]": "123456",
    "attribute[WHISDORN]": "COISL001",
}


def test_the_standards_own_example_is_taken_and_nothing_personal_of_it_is_kept(
    server: Server, system: System
) -> None:
    answer = system.file(**EXAMPLE)
    assert answer.status_code == 201
    (said,) = answer.json()
    assert fits({"service_request_id": TEXT, "service_notice": TEXT, "account_id": OPTIONAL}, said)
    kept = str([rows(server, name) for name in tables.metadata.tables if name != "people"])
    assert "sinkhole" in kept
    for name in ("email", "device_id", "first_name", "last_name", "phone", "media_url"):
        assert EXAMPLE[name] not in kept, name


def test_a_place_may_be_named_by_its_key(server: Server, system: System) -> None:
    (said,) = system.file(address_string="", address_id="yangguanghuayuan-3-2").json()
    (seen,) = system.get(f"/requests/{said['service_request_id']}.json").json()
    assert (seen["address"], seen["address_id"]) == ("阳光花园3栋", "yangguanghuayuan-3")
    (other,) = system.file(address_string="", address_id="juyuanjiayuan-3").json()
    assert case_of(server, other["service_request_id"]).place_id is None


# -- reading ---------------------------------------------------------------------------------------
def test_a_system_sees_public_cases_without_persons_or_words(server: Server, system: System) -> None:
    filed(server.house.store, 3)
    found = system.get("/requests.json").json()
    assert len(found) == 3
    assert fits(REQUEST, *found)
    assert {one["address"] for one in found} == {"阳光花园3栋"}
    for secret in ("保密", "302", "138", "139", "暗门", "2单元", SECRET):
        assert secret not in str(found)


@pytest.mark.parametrize(
    "how",
    [{"private": True}, {"urgent": True}, {"anonymity": "all"}, {"category": "dispute"}, {"kind": "wish"}],
)
def test_what_is_not_public_is_not_there(server: Server, system: System, how: dict[str, Any]) -> None:
    filed(server.house.store, 6, **how)
    case = rows(server, "cases")[0]
    assert system.get("/requests.json").json() == []
    assert system.get(f"/requests/c-yangguang.2026.{case.number}.json").status_code == 404
    assert anybody(server, "/requests.json").json() == []


def test_a_system_of_another_community_sees_nothing_of_it(server: Server) -> None:
    filed(server.house.store, 6)
    other = System(server, "c-cuipinghu")
    number = rows(server, "cases")[0].number
    assert other.get("/requests.json").json() == []
    assert other.get(f"/requests/c-yangguang.2026.{number}.json").status_code == 404


def test_who_has_no_key_sees_only_what_enough_people_have(server: Server) -> None:
    filed(server.house.store, 4)
    assert anybody(server, "/requests.json").json() == []
    filed(server.house.store, 1)
    found = anybody(server, "/requests.json").json()
    assert len(found) == 5
    assert fits(REQUEST, *found)
    assert {one["address"] for one in found} == {None}
    assert {one["agency_responsible"] for one in found} == {"阳光社区"}
    assert all("T00:00:00+08:00" in one["requested_datetime"] for one in found)
    number = found[0]["service_request_id"]
    assert anybody(server, f"/requests/{number}.json").json() == [found[0]]


def test_the_filters_of_the_standard(server: Server, system: System) -> None:
    filed(server.house.store, 2, created_at=NOW - timedelta(days=30))
    filed(server.house.store, 1, category="lift", status=Status.CLOSED, closed_at=NOW, closed_how="confirmed")
    filed(server.house.store, 1, created_at=NOW - timedelta(days=200))

    def count(**query: str) -> int:
        return len(system.get("/requests.json", **query).json())

    assert count() == 3
    assert count(service_code="lift") == 1
    assert count(service_code="lift,repairs") == 3
    assert (count(status="open"), count(status="closed"), count(status="open,closed")) == (2, 1, 3)
    assert count(start_date="2026-04-01T00:00:00+08:00", end_date="2026-06-01T00:00:00Z") == 1
    assert count(start_date="2026-11-01T00:00:00+08:00") == 1
    assert count(end_date="2026-11-01T00:00:00+08:00") == 2
    assert count(page_size="2") == 2
    assert count(page_size="2", page="2") == 1
    ids = [one["service_request_id"] for one in system.get("/requests.json").json()]
    assert count(service_request_id=",".join(ids[:2]), service_code="noise") == 2
    assert count(jurisdiction_id="c-yangguang") == 3
    assert count(jurisdiction_id="c-cuipinghu") == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"status": "half"}, 400),
        ({"start_date": "yesterday"}, 400),
        ({"start_date": "2026-11-01"}, 400),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, 400),
        ({"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-02-02T00:00:00Z"}, 400),
        ({"page": "0"}, 400),
        ({"page_size": "1001"}, 400),
        ({"page_size": "²"}, 400),
        ({"page_size": "000000001" + "9" * 20}, 400),
        ({"page": "0" * 5000 + "1"}, 400),
        ({"service_code": "nothing"}, 404),
        ({"jurisdiction_id": "nowhere"}, 404),
        ({"jurisdiction_id": "b-yangguanghuayuan"}, 404),
        ({"api_key": "wrong"}, 403),
    ],
)
def test_a_wrong_question_is_refused(still: System, query: dict[str, str], code: int) -> None:
    answer = still.get("/requests.json", **query)
    assert (answer.status_code, answer.json()[0]["code"]) == (code, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/services.xml", 406),
        ("/requests.xml", 406),
        ("/nothing.json", 404),
        ("/services/none.json", 404),
        ("/requests/1.json", 404),
        ("/requests/c-yangguang.2026.99.json", 404),
    ],
)
def test_what_is_not_there_says_so_in_the_words_of_the_standard(still: System, path: str, code: int) -> None:
    answer = anybody(still.server, path)
    assert answer.status_code == code
    assert fits(ERROR, *answer.json())


def test_a_system_reads_the_answer_to_its_own_case_and_has_it_by_then(server: Server, system: System) -> None:
    number = system.file().json()[0]["service_request_id"]
    with server.house.store.begin() as tx:
        whole = server.house.conversation.community(tx)
        secretary = tx.first(Person, tables.people.c.key == "sunli")
        assert secretary is not None
        by = Actor(person=secretary, roles=tuple(people.roles_of(tx, secretary.id, NOW)), community=whole)
        case = case_of(server, number)
        cases.answer(tx, by, case.id, "灯换好了", (), server.house.clock())
    (seen,) = System(server, "subdistrict").get(f"/requests/{number}.json").json()
    assert "灯换好了" not in str(seen)
    assert case_of(server, number).delivered_at is None
    (mine,) = system.get(f"/requests/{number}.json").json()
    assert (mine["status"], mine["status_notes"]) == ("open", "灯换好了")
    assert case_of(server, number).delivered_at is not None


def test_what_was_filed_is_there_after_a_restart(server: Server, system: System) -> None:
    number = system.file(**{"attribute[external_id]": "A1"}).json()[0]["service_request_id"]
    server.stop()
    server.start()
    assert system.file(**{"attribute[external_id]": "A1"}).json()[0]["service_request_id"] == number
    assert len(rows(server, "cases")) == 1


# -- abuse -----------------------------------------------------------------------------------------
def test_a_throttle_refills() -> None:
    clock = iter([0, 0, 0, 30.0, 30.0])
    throttle = Throttle(2, clock=lambda: next(clock))
    assert [throttle.wait("a") > 0 for _ in range(5)] == [False, False, True, False, True]


def test_who_asks_too_often_waits(server: Server) -> None:
    server.app.state.open311.strangers = Throttle(2)
    assert [anybody(server, "/services.json").status_code for _ in range(2)] == [200, 200]
    answer = anybody(server, "/services.json")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 30
    assert fits(ERROR, *answer.json())


def test_a_body_that_is_too_long_is_not_read(still: System) -> None:
    assert still.file(description="x" * 200_000).status_code == 413


FIELDS = ("service_code", "description", "address_string", "lat", "long", "jurisdiction_id", "attribute[x]")
WORDS = st.text(max_size=40) | st.sampled_from(["repairs", "1e999", "'; DROP TABLE cases", "\0", "灯" * 300])


def test_no_form_and_no_question_breaks_it(server: Server, system: System) -> None:
    server.app.state.open311.unlimited()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(FIELDS), WORDS))
    def form(said: dict[str, str]) -> None:
        assert system.file(**said).status_code in (201, 400, 404)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(
            st.sampled_from(["start_date", "end_date", "status", "page", "page_size", "service_request_id"]),
            WORDS,
        )
    )
    def question(query: dict[str, str]) -> None:
        assert system.get("/requests.json", **query).status_code in (200, 400)

    form()
    question()


def test_a_long_list_takes_no_more_statements_than_a_short_one(server: Server, system: System) -> None:
    """With a key each case has its place, its branch and whether the system filed it."""
    heard: list[str] = []
    event.listen(
        server.house.store.engine, "before_cursor_execute", lambda _c, _k, said, *_more: heard.append(said)
    )

    def statements(ids: list[str], **asked: str) -> int:
        """Of several tries the least: the worker of the same process looks around now and then."""
        found = []
        for _ in range(5):
            heard.clear()
            shown = system.get("/requests.json", **asked).json()
            found.append(len(heard))
            assert len(shown) == len(ids)
            assert all(one["address"].endswith("3栋") for one in shown)
        return min(found)

    counts = []
    for more in (1, 29):
        filed(server.house.store, more)
        ids = [one["service_request_id"] for one in system.get("/requests.json").json()]
        counts.append((statements(ids), statements(ids, service_request_id=",".join(ids))))
    assert len(ids) == 30
    assert counts[0] == counts[1]
