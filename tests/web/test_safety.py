"""What the web turns away, what every answer carries, and what people are told when nothing was saved."""

from __future__ import annotations

import io
import tomllib
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.channels.webchat import HEADER
from tests.web.conftest import NewServer
from tests.web.serving import Page, Server

HOSTILE = {
    "page.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page.html": b"<script>alert(1)</script>",
    "run.exe": b"MZ" + b"\x00" * 400,
    "bomb.zip": b"PK\x03\x04" + b"\x00" * 400,
}


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "#7a9").save(drawn, kind, **more)
    return drawn.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (22.0, 45.0, 0.0)
    return picture(exif=exif)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_write(page: Page, headers: dict[str, str]) -> None:
    answer = page.post("message-1", headers, text="我要报修")
    assert answer.status_code == 403
    assert page.messages() == []


def test_a_form_of_another_site_cannot_write(page: Page) -> None:
    assert page.http.post("/api/messages", data={"id": "message-1", "text": "x"}).status_code == 403
    assert page.messages() == []


def test_our_own_page_can_write(page: Page, server: Server) -> None:
    assert page.post("message-1", {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_without_a_session_nothing_is_taken_and_one_is_given(page: Page) -> None:
    page.http.cookies.clear()
    assert page.post("message-1", text="你好").status_code == 401
    cookie = page.http.get("/api/messages").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert page.post("message-1", text="你好").status_code == 200


def test_over_https_the_cookie_is_bound_to_the_host(new_server: NewServer) -> None:
    page = new_server(public_url="https://linli.example").client()
    answer = page.http.get("/")
    assert answer.headers["set-cookie"].startswith("__Host-linli=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_page_of_another_session_is_told(page: Page) -> None:
    assert page.post("message-1", {HEADER: "deadbeef"}, text="你好").status_code == 409


def test_a_long_body_is_refused_with_a_reason(page: Page) -> None:
    answer = page.post("message-1", text="长" * 10_000_000)
    assert answer.status_code == 413
    assert answer.json()["text"] == texts.say("zh_Hans", "web.too_large")
    many = [("photos", (f"{n}.jpg", b"\xff" * 9_000_000, "image/jpeg")) for n in range(4)]
    assert page.upload("message-2", many).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 50_000, b'{"id": "x"}'])
def test_what_is_no_message_is_400(page: Page, body: bytes) -> None:
    headers = {"X-Linli": "1", "Content-Type": "application/json"}
    assert page.http.post("/api/messages", content=body, headers=headers).status_code == 400


def test_a_photo_is_kept_without_the_place_it_was_taken(page: Page) -> None:
    page.be("wang-ayi")
    answer = page.upload("message-1", [("photos", ("a.jpg", with_gps(), "image/jpeg"))], text="楼道灯坏了")
    assert answer.status_code == 200
    (file,) = answer.json()["messages"][0]["files"]
    kept = page.http.get(file["url"])
    assert (kept.status_code, file["mime"]) == (200, "image/jpeg")
    assert dict(Image.open(io.BytesIO(kept.content)).getexif()) == {}
    assert kept.headers["cache-control"] == "no-store"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in kept.headers["content-security-policy"]
    assert kept.headers["content-disposition"].startswith("inline")


def test_somebody_elses_photo_does_not_exist(page: Page, server: Server) -> None:
    upload = [("photos", ("a.jpg", picture(), "image/jpeg"))]
    url = page.upload("message-1", upload).json()["messages"][0]["files"][0]["url"]
    stranger = server.client()
    stranger.say("你好")
    answers = [stranger.http.get(path) for path in (url, "/files/99999", "/files/x", "/files/1%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_is_not_kept_but_the_words_are(page: Page, name: str) -> None:
    answer = page.upload("message-1", [("photos", (name, HOSTILE[name], "image/jpeg"))], text="你好")
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["files"] == []
    assert answer.json()["reply"]["text"]


def test_a_tenth_photo_is_named(page: Page) -> None:
    photos = [("photos", (f"{n}.jpg", picture((60 + n, 40)), "image/jpeg")) for n in range(10)]
    answer = page.upload("message-1", photos, text="楼道灯坏了").json()
    assert len(answer["messages"][0]["files"]) == 9
    assert texts.say("zh_Hans", "web.too_many_photos") in answer["reply"]["text"]


def test_when_the_database_is_down_people_hear_that_nothing_was_saved(
    page: Page, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    with monkeypatch.context() as broken:
        broken.setattr(server.house.conversation, "receive", down)
        answer = page.post("message-1", text="电梯坏了")
        assert answer.status_code == 503
        assert "没有保存" in answer.json()["text"]
        assert answer.headers["retry-after"]
        broken.setattr(server.house.store, "read", down)
        assert page.http.get("/ready").status_code == 503
        assert page.http.get("/health").status_code == 200
    assert page.post("message-1", text="电梯坏了").status_code == 200
    assert len(page.messages()) == 2


def test_an_unexpected_error_says_nothing_about_the_inside(
    page: Page, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret 13800138000")

    monkeypatch.setattr(server.house.conversation, "receive", broken)
    answer = page.post("message-1", text="电梯坏了")
    assert (answer.status_code, answer.json()["text"]) == (500, texts.say("zh_Hans", "web.broken"))
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/q/abc", "/demo", "/api/messages", "/nothing", "/health"])
def test_every_answer_carries_the_security_headers(page: Page, path: str) -> None:
    headers = page.http.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_in_production_there_are_no_personas(new_server: NewServer) -> None:
    page = new_server(mode="production").client()
    for path in ("/demo", "/demo/as/wang-ayi", "/demo/qr/wang-ayi.svg"):
        assert page.http.get(path).status_code == 404


def test_all_languages_have_the_same_sentences() -> None:
    keys = {}
    for locale in texts.LOCALES:
        table = tomllib.loads((texts.HOME / locale / "web.toml").read_text(encoding="utf-8"))
        keys[locale] = set(table) | {f"page.{name}" for name in table["page"]}
    spoken = {name for name in keys["zh_Hans"] if not name.endswith("_says") and "example_" not in name}
    assert keys["zh_Hans"] == keys["zh_Hant"]
    assert spoken == keys["en"]
