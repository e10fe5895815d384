"""From Telegram's updates to our own words, one kind after another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import telegram

from bot.channels.telegram import Change, to_change, to_incoming
from bot.channels.telegram_updates import barely, line_of, locale_of
from bot.messages import Contact, Incoming, Media
from tests.telegram.bot_api_people import People

WANG, LI = 1001, 1002
GROUP = -100_777


@pytest.fixture
def people() -> People:
    here = People()
    here.person(WANG)
    here.person(LI, "李明")
    here.group(GROUP)
    return here


def read(update: dict[str, Any]) -> telegram.Update:
    return telegram.Update.de_json(update)


def heard(update: dict[str, Any]) -> Incoming:
    incoming = to_incoming(read(update))
    assert incoming is not None
    return incoming


def test_a_text_keeps_address_number_words_time_and_language(people: People) -> None:
    update = people.say(WANG, "我们楼电梯坏了", date=1_790_000_000)
    assert heard(update) == Incoming(
        channel="telegram",
        address="1001",
        message_id="m1",
        text="我们楼电梯坏了",
        locale="zh_Hans",
        at=datetime.fromtimestamp(1_790_000_000, UTC),
    )


def test_the_same_message_under_a_new_update_id_has_the_same_number(people: People) -> None:
    once = people.say(WANG, "电梯坏了")
    assert heard(people.repeat(once)) == heard(once)


def test_the_same_tap_under_a_new_update_id_has_the_same_number(people: People) -> None:
    tap = people.press(WANG, people.say(WANG, "x")["message"], "claim_task task=7", forged=True)
    again = heard(people.repeat(tap))
    assert again == heard(tap)
    assert (again.pressed, again.message_id[0], again.private) == ("claim_task task=7", "c", True)


def test_an_edit_names_what_it_replaces_and_has_a_number_of_its_own(people: People) -> None:
    said = people.say(WANG, "3号楼")
    edited = people.edit(said, "5号楼")
    edited["edited_message"]["edit_date"] = 1_790_000_001
    incoming = heard(edited)
    assert (incoming.text, incoming.edits, incoming.message_id) == ("5号楼", "m1", "e1.1790000001")


def test_lone_surrogates_and_nul_are_taken_out(people: People) -> None:
    assert heard(people.say(WANG, "电\ud83d梯\x00😀")).text == "电梯😀"


@pytest.mark.parametrize(
    ("typed", "text", "entry"),
    [
        ("/start", "/start", ""),
        ("/start inv_8f-2", "/start", "inv_8f-2"),
        ("/start@linli_bot inv_8f-2", "/start", "inv_8f-2"),
        ("/start " + "x" * 100, "/start", "x" * 64),
        ("/help", "/help", ""),
        ("/Menu@linli_bot", "/menu", ""),
        ("/cancel 算了", "/cancel 算了", ""),
        ("/ 3号楼", "/ 3号楼", ""),
        ("and/or", "and/or", ""),
    ],
)
def test_commands_are_text_and_a_deep_link_is_an_entry(
    people: People, typed: str, text: str, entry: str
) -> None:
    incoming = heard(people.say(WANG, typed))
    assert (incoming.text, incoming.entry) == (text, entry)


def test_the_largest_size_of_a_photo_is_taken_with_its_caption(people: People) -> None:
    incoming = heard(people.send_photo(WANG, b"\xff\xd8large", caption="电梯口"))
    (media,) = incoming.media
    assert (people.files[media.ref], media.kind, media.size) == (b"\xff\xd8large", "photo", 7)
    assert (incoming.text, incoming.unsupported) == ("电梯口", "")


def test_the_parts_of_an_album_share_its_name(people: People) -> None:
    parts = [heard(update) for update in people.send_album(WANG, 10, caption="楼道堆物")]
    assert len({part.album for part in parts}) == 1
    assert parts[0].album
    assert len({part.message_id for part in parts}) == 10
    assert [part.text for part in parts] == ["楼道堆物"] + [""] * 9


def test_a_voice_message_has_its_length(people: People) -> None:
    (media,) = heard(people.send_voice(WANG, b"OggS", seconds=7)).media
    assert media == Media(kind="voice", ref=media.ref, mime="audio/ogg", size=4, seconds=7)


@pytest.mark.parametrize(
    ("mime", "kind"), [("image/jpeg", "photo"), ("image/png", "photo"), ("application/pdf", "file")]
)
def test_a_picture_sent_as_a_file_is_a_picture(people: People, mime: str, kind: str) -> None:
    (media,) = heard(people.send_document(WANG, b"data", mime)).media
    assert (media.kind, media.mime) == (kind, mime)


def test_a_place_and_a_named_place(people: People) -> None:
    assert heard(people.share_location(WANG, 30.5, 104.1)).location == (30.5, 104.1)
    place = {"latitude": 30.5, "longitude": 104.1}
    venue = {"location": place, "title": "活动室", "address": "3号楼"}
    named = heard(people.send(WANG, venue=venue, location=place))
    assert (named.location, named.text) == ((30.5, 104.1), "活动室 3号楼")


def test_of_a_message_the_library_cannot_read_the_words_are_kept(people: People) -> None:
    update = people.send(WANG, caption="投票了吗", poll={"id": "1"})
    with pytest.raises(TypeError):
        read(update)
    incoming = heard(barely(update))
    assert (incoming.text, incoming.message_id) == ("投票了吗", "m1")


def test_nobody_is_tracked_by_a_live_location(people: People) -> None:
    moved = people.share_location(WANG, 30.5, 104.1)["message"] | {"edit_date": 1_790_000_000}
    assert to_incoming(read(people.update(edited_message=moved))) is None


def test_a_persons_own_contact_card_is_own(people: People) -> None:
    assert heard(people.share_contact(WANG)).contact == Contact(phone="+8613800138000", own=True)


@pytest.mark.parametrize("other", [LI, 0])
def test_a_foreign_contact_card_is_not_own(people: People, other: int) -> None:
    card = heard(people.share_contact(WANG, of=other)).contact
    assert card is not None
    assert not card.own


UNREADABLE: dict[str, dict[str, Any]] = {
    "sticker": {
        "sticker": {
            "file_id": "s", "file_unique_id": "s", "width": 9, "height": 9,
            "is_animated": False, "is_video": False, "type": "regular",
        }
    },
    "poll": {
        "poll": {
            "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
            "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
            "allows_revoting": True, "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "video": {
        "video": {"file_id": "v", "file_unique_id": "v", "width": 9, "height": 9, "duration": 3},
        "caption": "看这个",
    },
    "animation": {
        "animation": {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9, "duration": 3},
        "document": {"file_id": "a", "file_unique_id": "a"},
    },
    "unknown": {"hologram": {"file_id": "h"}},
}  # fmt: skip


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_nobody_can_read_is_named(people: People, kind: str) -> None:
    incoming = heard(people.send(WANG, **UNREADABLE[kind]))
    assert (incoming.unsupported, incoming.media) == (kind, ())
    assert incoming.text == UNREADABLE[kind].get("caption", "")


@pytest.mark.parametrize(
    "service",
    [
        {"new_chat_title": "新名字"},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {}},
        {"group_chat_created": True},
    ],
)
def test_service_messages_are_not_answered(people: People, service: dict[str, Any]) -> None:
    assert to_incoming(read(people.send(WANG, **service))) is None


def test_bots_and_channels_are_not_answered(people: People) -> None:
    bot = people.person(55, "别的机器人", is_bot=True)
    assert to_incoming(read(people.say(GROUP, "你好", by=bot))) is None
    assert to_incoming(read(people.update(channel_post=people.say(GROUP, "x", by=WANG)["message"]))) is None


def test_a_group_is_not_private(people: People) -> None:
    incoming = heard(people.say(GROUP, "电梯坏了", by=LI))
    assert (incoming.private, incoming.address) == (False, str(GROUP))


def test_a_tap_in_a_group_belongs_to_the_person_who_pressed(people: People) -> None:
    message = people.say(GROUP, "x", by=WANG)["message"]
    incoming = heard(people.press(GROUP, message, "claim", by=LI, forged=True))
    assert (incoming.address, incoming.private) == (str(LI), False)


@pytest.mark.parametrize("payload", ["楼" * 400, "v9:??", "\x00\x01\ud83d", "a" * 5000])
def test_a_forged_payload_is_only_text(people: People, payload: str) -> None:
    message = people.say(WANG, "x")["message"]
    assert heard(people.press(WANG, message, payload, forged=True)).pressed.strip("\x01") in payload


def test_a_tap_without_message_or_payload_is_read(people: People) -> None:
    tap = {"id": "9", "from": people.people[WANG], "chat_instance": "1", "game_short_name": "g"}
    incoming = heard(people.update(callback_query=tap))
    assert (incoming.address, incoming.message_id, incoming.unsupported) == ("1001", "c9", "game")


@pytest.mark.parametrize(
    ("code", "locale"),
    [
        ("zh", "zh_Hans"), ("zh-hans", "zh_Hans"), ("zh-CN", "zh_Hans"), ("zh-Hans-CN", "zh_Hans"),
        ("zh-hant", "zh_Hant"), ("zh_TW", "zh_Hant"), ("zh-HK", "zh_Hant"), ("zh-Hant-TW", "zh_Hant"),
        ("en", "en"), ("en-GB", "en"), ("de", ""), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_language_tags_are_mapped_by_hand(code: str | None, locale: str) -> None:
    assert locale_of(code) == locale


def test_a_blocked_and_an_opened_chat_are_changes(people: People) -> None:
    gone, back = read(people.block(WANG)), read(people.block(WANG, again=True))
    assert to_change(gone) == Change(address="1001", state="gone")
    assert to_change(back) == Change(address="1001", state="back")
    assert to_incoming(gone) is to_incoming(back) is None


def test_a_migrated_group_is_a_change_from_both_ends(people: People) -> None:
    moved = Change(address="-55", state="moved", moved_to="-10055")
    for here, service in ((-55, {"migrate_to_chat_id": -100_55}), (-100_55, {"migrate_from_chat_id": -55})):
        people.group(here)
        update = read(people.send(here, by=WANG, **service))
        assert to_change(update) == moved
        assert to_incoming(update) is None


def test_updates_of_one_chat_share_a_line(people: People) -> None:
    said = people.say(WANG, "x")
    tap = people.press(WANG, said["message"], "a", forged=True)
    lines = {line_of(update) for update in (said, tap, people.edit(said, "y"), people.block(WANG))}
    assert lines == {"1001"}
    assert line_of(people.say(LI, "x")) == "1002"
    assert line_of({"update_id": 1, "message": None}) == ""
