"""What Fonnte's webhooks become: bodies seen on the wire until 2026-01, and all near them."""

import json
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.gateways import DeviceState, Ignored, Inbound, Location, Parsed, Receipt, Unparsed
from helpdesk.gateways.fonnte_webhook import parse_webhook

SEEN: dict[str, Any] = {
    "quick": False,
    "device": "6287787505413",
    "pesan": "Halo",
    "pengirim": "6282147077374",
    "member": "",
    "message": "Halo",
    "text": "non-button message",
    "sender": "6282147077374",
    "name": "Rama",
    "location": "",
    "url": "",
    "type": "text",
    "extension": "",
    "filename": "",
    "pollname": "",
    "choices": [],
    "inboxid": 0,
    "isgroup": False,
    "isforwarded": False,
}
FILE = {"url": "https://files.fonnte.com/x/abc", "message": "non-text message"}
FORM = "application/x-www-form-urlencoded"


def parse(value: object, content_type: str = "application/json") -> Parsed:
    [parsed] = parse_webhook(json.dumps(value).encode(), content_type)
    return parsed


def message(**changes: object) -> Inbound:
    parsed = parse(SEEN | changes)
    assert isinstance(parsed, Inbound), parsed
    return parsed


def multipart(**fields: str) -> bytes:
    parts = (
        f'--b0\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ("".join(parts) + "--b0--\r\n").encode()


def as_form() -> dict[str, str]:
    return {name: str(value).lower() for name, value in SEEN.items() if name != "choices"} | {
        "message": "Halo",
        "name": "Rama",
    }


def test_message_seen_on_the_wire_is_read_whole() -> None:
    assert parse(SEEN) == Inbound(
        address="6282147077374", text="Halo", name="Rama", device_number="6287787505413"
    )


BODIES = {
    "json": (json.dumps(SEEN).encode(), "application/json; charset=utf-8"),
    "json without a type": (json.dumps(SEEN).encode(), ""),
    "json called a form": (json.dumps(SEEN).encode(), FORM),
    "json called multipart": (json.dumps(SEEN).encode(), "multipart/form-data; boundary=x"),
    "json after a byte order mark": (b"\xef\xbb\xbf \n" + json.dumps(SEEN).encode(), "text/plain"),
    "form": (urlencode(as_form()).encode(), FORM),
    "form called json": (urlencode(as_form()).encode(), "application/json"),
    "form without a type": (urlencode(as_form()).encode(), ""),
    "multipart": (multipart(**as_form()), 'multipart/form-data; boundary="b0"'),
    "multipart without a type": (multipart(**as_form()), ""),
    "multipart with another boundary": (multipart(**as_form()), "multipart/form-data; boundary=y"),
    "json in data": (multipart(data=json.dumps(SEEN)), "multipart/form-data; boundary=b0"),
    "json in payload": (multipart(payload=json.dumps(SEEN), secret="s"), ""),
    "json in a form's data": (urlencode({"data": json.dumps(SEEN)}).encode(), FORM),
    "object in data": (json.dumps({"data": SEEN, "secret": "s"}).encode(), ""),
    "list of one": (json.dumps([SEEN]).encode(), ""),
    "with secrets": (json.dumps(SEEN | {"secret": "s", "secret_key": "s"}).encode(), ""),
    "only the Indonesian names": (
        json.dumps({k: v for k, v in SEEN.items() if k not in ("sender", "message")}).encode(),
        "",
    ),
}


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_same_message_is_read_from_every_body(body: bytes, content_type: str) -> None:
    assert parse_webhook(body, content_type) == [parse(SEEN)]


def test_json_in_a_file_part_is_read_like_a_field() -> None:
    body = multipart(data=json.dumps(SEEN)).replace(b'name="data"', b'name="data"; filename="a"')
    assert parse_webhook(body, "") == [parse(SEEN)]


def test_list_of_messages_gives_one_value_each() -> None:
    second = SEEN | {"message": "Apa kabar", "inboxid": 2}
    parsed = parse_webhook(json.dumps([SEEN, second, 3]).encode(), "")
    assert [type(value) for value in parsed] == [Inbound, Inbound, Unparsed]


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("6282147077374", "6282147077374"),
        (6282147077374, "6282147077374"),
        ("+62 821-4707-7374", "6282147077374"),
        ("6282147077374@s.whatsapp.net", "6282147077374"),
        ("6282147077374:12@s.whatsapp.net", "6282147077374"),
        ("6282147077374@C.US", "6282147077374"),
        ("120363041234567890@g.us", "120363041234567890@g.us"),
        ("6281234-1612345678@g.us", "6281234-1612345678@g.us"),
        ("98765432109876@lid", "98765432109876@lid"),
        ("98765432109876:3@lid", "98765432109876@lid"),
    ],
)
def test_address_is_digits_or_the_id_of_a_group_or_lid(sender: object, address: str) -> None:
    assert message(sender=sender).address == address


@pytest.mark.parametrize(
    "sender", ["", None, [], "Rama", "@s.whatsapp.net", "x@g.us", "1" * 21, "1@evil.example"]
)
def test_sender_without_an_address_is_kept_for_people(sender: object) -> None:
    assert isinstance(parse(SEEN | {"sender": sender, "pengirim": sender}), Unparsed)


@pytest.mark.parametrize("sender", ["status@broadcast", "1234@broadcast", "12036@newsletter"])
def test_broadcast_is_no_chat(sender: str) -> None:
    parsed = parse(SEEN | {"sender": sender})
    assert isinstance(parsed, Ignored)
    assert parsed.device_number == "6287787505413"


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"sender": "1203630@g.us", "member": "62811@s.whatsapp.net"}, "62811"),
        ({"sender": "1203630@g.us", "member": "", "memberlid": "987@lid"}, "987@lid"),
        ({"sender": "1203630@g.us", "memberlid": "987"}, "987@lid"),
        ({"sender": "1203630", "isgroup": True, "member": "62811"}, "62811"),
        ({"sender": "1203630", "isgroup": "true"}, None),
    ],
)
def test_group_keeps_its_id_and_names_the_writer(
    changes: dict[str, Any], member: str | None
) -> None:
    parsed = message(**changes)
    assert (parsed.address, parsed.is_group, parsed.member) == ("1203630@g.us", True, member)


@pytest.mark.parametrize(
    ("changes", "is_own"),
    [
        ({}, False),
        ({"quick": True}, True),
        ({"quick": "on"}, True),
        ({"quick": "1"}, True),
        ({"quick": "off"}, False),
        ({"quick": ""}, False),
        ({"sender": "6287787505413"}, True),
        ({"device": "087787505413", "sender": "6287787505413@c.us"}, True),
        ({"device": "+62 877-8750-5413", "sender": "6287787505413"}, True),
        ({"sender": "1203630@g.us", "member": "6287787505413"}, True),
        ({"device": "", "sender": "62811"}, False),
    ],
)
def test_own_message_is_told_from_a_contacts(changes: dict[str, Any], *, is_own: bool) -> None:
    assert message(**changes).is_own is is_own


@pytest.mark.parametrize(
    ("inbox_id", "provider_id"),
    [
        (12345, "12345"),
        ("12345", "12345"),
        (12345.0, "12345"),
        (0, None),
        ("0", None),
        ("", None),
        (None, None),
        (-4, None),
        ("abc", None),
        (True, None),
    ],
)
def test_inbox_id_above_zero_is_the_provider_id(inbox_id: object, provider_id: str | None) -> None:
    assert message(inboxid=inbox_id, timestamp=1768190000).provider_id == provider_id


def test_second_delivery_has_the_same_fingerprint_whatever_its_form() -> None:
    first = message(timestamp=1768190000)
    form = urlencode(as_form() | {"timestamp": "1768190000", "inboxid": "0"}).encode()
    assert parse_webhook(form, FORM) == [first]
    assert first.fingerprint is not None
    assert len(first.fingerprint) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "62811"},
        {"timestamp": 1768190001},
        {"type": "image"},
        {"message": "Halo!"},
        {"url": "https://x"},
        {"filename": "a.pdf"},
        {"location": "1,2"},
        {"choices": ["a"]},
    ],
)
def test_fingerprint_covers_what_makes_a_message(changes: dict[str, Any]) -> None:
    stamped = {"timestamp": 1768190000}
    assert message(**stamped).fingerprint != message(**(stamped | changes)).fingerprint


@pytest.mark.parametrize("changes", [{"device": "1"}, {"name": "R"}, {"isforwarded": True}])
def test_fingerprint_leaves_out_the_device_and_what_may_change(changes: dict[str, Any]) -> None:
    stamped = {"timestamp": 1768190000}
    assert message(**stamped).fingerprint == message(**(stamped | changes)).fingerprint


def test_fingerprint_of_a_group_message_covers_the_member() -> None:
    group = {"sender": "1203630@g.us", "timestamp": 1768190000}
    assert message(**group, member="62811").fingerprint != message(**group).fingerprint


def test_no_timestamp_means_no_fingerprint_and_an_inbox_id_makes_it_needless() -> None:
    assert message().fingerprint is None
    assert message(timestamp=1768190000, inboxid=5).fingerprint is None


@pytest.mark.parametrize(
    ("timestamp", "sent_at"),
    [
        (1768190000, datetime(2026, 1, 12, 3, 53, 20, tzinfo=UTC)),
        ("1768190000", datetime(2026, 1, 12, 3, 53, 20, tzinfo=UTC)),
        (1768190000.5, datetime(2026, 1, 12, 3, 53, 20, 500000, tzinfo=UTC)),
        (1768190000500, datetime(2026, 1, 12, 3, 53, 20, 500000, tzinfo=UTC)),
        ("1768190000500", datetime(2026, 1, 12, 3, 53, 20, 500000, tzinfo=UTC)),
        (0, None),
        (-1768190000, None),
        (1, None),
        (9999999999, None),
        (1e300, None),
        (10**30, None),
        (True, None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_timestamp_is_seconds_or_milliseconds_or_nothing(
    timestamp: object, sent_at: datetime | None
) -> None:
    assert message(timestamp=timestamp).sent_at == sent_at


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "text"),
        ({"type": ""}, "text"),
        ({"type": "buttons_response"}, "text"),
        ({"type": "reaction", "message": "", "pesan": ""}, "other"),
        ({"message": "", "pesan": ""}, "other"),
        ({"message": "non-text message"}, "other"),
        ({"type": "image", "message": "non-text message"}, "image"),
        ({"type": "contact", "message": "non-text message"}, "contact"),
        ({"type": "vcard"}, "contact"),
        ({"type": "poll"}, "poll"),
        ({"type": "sticker", "message": ""}, "sticker"),
        ({**FILE, "type": "image"}, "image"),
        ({**FILE, "type": "imageMessage"}, "image"),
        ({**FILE, "type": "IMAGE/PNG"}, "image"),
        ({**FILE, "type": "video"}, "video"),
        ({**FILE, "type": "audio"}, "audio"),
        ({**FILE, "type": "voice"}, "audio"),
        ({**FILE, "type": "ptt"}, "audio"),
        ({**FILE, "type": "document"}, "document"),
        ({**FILE, "type": "file"}, "document"),
        ({**FILE, "type": "application/pdf"}, "document"),
        ({**FILE, "type": "stickerMessage"}, "sticker"),
        ({**FILE, "type": "text", "extension": "jpg"}, "image"),
        ({**FILE, "type": "", "extension": ".MP4"}, "video"),
        ({**FILE, "type": "?", "filename": "voice.ogg"}, "audio"),
        ({**FILE, "type": "", "filename": "report.pdf"}, "document"),
        ({**FILE, "type": "", "url": "https://x.test/a/b.JPEG?sig=a.mp4#c.mp3"}, "image"),
        ({**FILE, "type": ""}, "document"),
        ({"type": "location", "location": "-6.2, 106.8"}, "location"),
        ({"type": "location", "location": "Jakarta"}, "text"),
        ({"pollname": "Lunch", "choices": ["Soto"]}, "poll_vote"),
    ],
)
def test_kind_comes_from_the_type_or_else_from_the_file(changes: dict[str, Any], kind: str) -> None:
    assert message(**changes).kind == kind


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"message": "Halo"}, "Halo"),
        ({"message": "", "pesan": "Apa"}, "Apa"),
        ({"message": 12345}, "12345"),
        ({"message": 1.5}, "1.5"),
        ({"message": True}, "true"),
        ({"message": ["Halo", "x"]}, "Halo"),
        ({"message": {"a": "é"}}, '{"a": "é"}'),
        ({**FILE}, ""),
        ({**FILE, "message": "A caption"}, "A caption"),
        ({"message": "non-text message"}, "non-text message"),
        ({"message": "non-text message", "location": "1,2"}, ""),
        ({"message": "non-text message", "location": "Jakarta"}, "Jakarta"),
        ({"message": "non-text message", "choices": ["a"]}, ""),
        ({"message": "", "pesan": "", "text": "Yes please"}, "Yes please"),
        ({"message": "non-text message", "text": "Yes please"}, "Yes please"),
        ({"message": "Halo", "text": "Yes please"}, "Halo"),
        ({"message": "Here", "location": "91,0"}, "Here\n91,0"),
        ({"message": "a\x00b"}, "ab"),
        ({"message": "a\ud800b"}, "a\ufffdb"),
        ({"message": "\U0001f600"}, "\U0001f600"),
        ({"message": "<b>\u202eevil</b>"}, "<b>\u202eevil</b>"),
        ({"message": "x" * 70_000}, "x" * 65_536),
    ],
)
def test_text_is_what_the_contact_wrote(changes: dict[str, Any], text: str) -> None:
    assert message(**changes).text == text


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": " Rama "}, "Rama"),
        ({"name": "", "pushname": "R"}, "R"),
        ({"name": "x" * 300}, "x" * 256),
    ],
)
def test_name_is_the_senders_in_at_most_256_characters(changes: dict[str, Any], name: str) -> None:
    assert message(**changes).name == name


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("-6.2, 106.8", Location(latitude=-6.2, longitude=106.8)),
        ("-6.2,106.8", Location(latitude=-6.2, longitude=106.8)),
        ("+90,-180", Location(latitude=90, longitude=-180)),
        ("90.1,0", None),
        ("0,180.1", None),
        ("nan,nan", None),
        ("1e3,0", None),
        ("1,2,3", None),
        ("", None),
    ],
)
def test_location_is_a_point_on_earth_or_none(text: str, location: Location | None) -> None:
    assert message(location=text).location == location


@pytest.mark.parametrize(
    ("choices", "chosen"),
    [
        (["Soto", " Rawon "], ["Soto", "Rawon"]),
        ('["Soto", 2, null]', ["Soto", "2"]),
        ("Soto, Rawon", ["Soto", "Rawon"]),
        ("[Soto", ["[Soto"]),
        ("[" * 5000, ["[" * 256]),
        ('["a"', ['["a"']),
        ("Soto", ["Soto"]),
        (["x"] * 100, ["x"] * 64),
        ([], []),
        ("", []),
        ("[]", []),
        (None, []),
    ],
)
def test_poll_choices_come_in_four_spellings(choices: object, chosen: list[str]) -> None:
    parsed = message(choices=choices, pollname="Lunch")
    assert parsed.choices == chosen
    assert parsed.poll is not None
    assert parsed.poll.name == "Lunch"


@pytest.mark.parametrize("key", ["choices", "choices[]"])
def test_poll_choices_are_read_from_a_repeated_key(key: str) -> None:
    form = [("sender", "62811"), ("pollname", "Lunch"), (key, "Soto"), (key, "Rawon")]
    [parsed] = parse_webhook(urlencode(form).encode(), FORM)
    assert isinstance(parsed, Inbound)
    assert (parsed.kind, parsed.choices) == ("poll_vote", ["Soto", "Rawon"])


@pytest.mark.parametrize(
    ("changes", "filename"),
    [
        ({"filename": "a.pdf", "extension": "pdf"}, "a.pdf"),
        ({"filename": "a", "extension": "pdf"}, "a.pdf"),
        ({"filename": "../../etc/passwd"}, "passwd"),
        ({"filename": "C:\\x\\a.pdf"}, "a.pdf"),
        ({"filename": "", "extension": "pdf"}, ""),
        ({"filename": "x" * 300 + ".pdf"}, "x" * 252 + ".pdf"),
    ],
)
def test_file_name_has_no_path_and_keeps_its_ending(changes: dict[str, Any], filename: str) -> None:
    attachment = message(**FILE, **changes).attachment
    assert attachment is not None
    assert (attachment.url, attachment.filename) == (FILE["url"], filename)


@pytest.mark.parametrize(
    ("fields", "receipt"),
    [
        ({"id": "1", "status": "sent"}, Receipt(status="sent", provider_id="1")),
        ({"id": 1, "status": "read"}, Receipt(status="read", provider_id="1")),
        ({"id": ["1"], "status": "delivered"}, Receipt(status="delivered", provider_id="1")),
        (
            {"device": "62811", "id": "1", "stateid": "S1", "status": "sent", "state": "read"},
            Receipt(status="read", provider_id="1", state_id="S1", device_number="62811"),
        ),
        ({"stateid": "S1", "state": "receive"}, Receipt(status="delivered", state_id="S1")),
        ({"id": "1", "state": "", "status": "SENT"}, Receipt(status="sent", provider_id="1")),
        ({"id": "1", "state": "x", "status": "sent"}, Receipt(status="sent", provider_id="1")),
        (
            {"id": "1", "status": "url unreachable"},
            Receipt(status="failed", provider_id="1", reason="url unreachable"),
        ),
        (
            {"id": "1", "status": "invalid", "reason": "x" * 600},
            Receipt(status="failed", provider_id="1", reason="x" * 500),
        ),
    ],
)
def test_status_is_a_receipt_in_its_three_shapes(fields: object, receipt: Receipt) -> None:
    assert parse(fields) == receipt


@pytest.mark.parametrize("status", ["pending", "processing", "waiting"])
def test_status_before_sending_is_ignored(status: str) -> None:
    assert isinstance(parse({"id": "1", "status": status}), Ignored)


def test_status_arrives_as_multipart_with_json_in_a_part() -> None:
    text = json.dumps({"device": "62811", "id": "1", "status": "sent"})
    for name in ("data", "payload"):
        body = multipart(device="62811", **{name: text})
        [parsed] = parse_webhook(body, "multipart/form-data; boundary=b0")
        assert parsed == Receipt(status="sent", provider_id="1", device_number="62811")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "connect"}, DeviceState(is_connected=True)),
        ({"status": "Connected", "token": "t"}, DeviceState(is_connected=True)),
        (
            {"device": "62811", "status": "disconnect", "reason": "logout", "timestamp": 1},
            DeviceState(is_connected=False, device_number="62811", reason="logout"),
        ),
    ],
)
def test_device_status_says_connected_or_not(fields: object, state: DeviceState) -> None:
    assert parse(fields) == state


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b"  \r\n", "application/json"),
        (b"{", "application/json"),
        (b'{"sender": 1', "application/json"),
        (b"[" * 200_000, "application/json"),
        (b"[" * 21 + b"]" * 21, "application/json"),
        (b'{"sender": ' + b"9" * 5000 + b"}", ""),
        (b'"text"', "application/json"),
        (b"12", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b"[[]]", "application/json"),
        (b"{}", "application/json"),
        (b'{"data": "{"}', ""),
        (b'{"data": 1, "payload": "x"}', ""),
        (b'{"id": 0, "status": "sent"}', ""),
        (b'{"id": {"a": 1}, "status": "sent"}', ""),
        (b'{"id": "1", "status": "dancing"}', ""),
        (b'{"status": "dancing"}', ""),
        (b'{"submission": "form", "sender": "62811", "data": [{"a": "b"}]}', ""),
        (b"hello", "text/plain"),
        (b"\xff\xfe\x00", ""),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=b" for _ in range(1001)), "application/x-www-form-urlencoded"),
        (b"x", "multipart/form-data; boundary=b0"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=\u00e9"),
        (b"--b0\r\n\r\nx\r\n--b0--\r\n", ""),
        (multipart(data="[" * 5000), "multipart/form-data; boundary=b0"),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_what_is_not_understood_is_kept_with_a_reason(body: bytes, content_type: str) -> None:
    [parsed] = parse_webhook(body, content_type)
    assert isinstance(parsed, Unparsed)
    assert 0 < len(parsed.reason) < 100


def test_json_of_twenty_levels_is_still_read() -> None:
    deep: object = "x"
    for _ in range(19):
        deep = [deep]
    assert isinstance(parse(SEEN | {"more": deep}), Inbound)
    assert isinstance(parse(SEEN | {"more": [deep]}), Unparsed)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELD_NAMES = st.sampled_from(
    [*SEEN, "timestamp", "id", "stateid", "status", "state", "data", "payload", "memberlid"]
)
OBJECTS = st.dictionaries(FIELD_NAMES, VALUES)
CONTENT_TYPES = (
    st.sampled_from(["application/json", FORM, "multipart/form-data; boundary=b0", ""]) | st.text()
)
PIECES = st.sampled_from(
    [b"--b0", b"--", b"\r\n", b"Content-Disposition: form-data; name=", b'"data"', b"; filename=a"]
    + [b"Content-Transfer-Encoding: base64", b"{", b"}", b"[", b'"sender":', b"sender=", b"&", b"%"]
    + [bytes([byte]) for byte in string.printable.encode() + b"\x00\xff"]
)


@settings(deadline=None)  # a busy machine is no bug
@given(body=st.binary() | st.lists(PIECES).map(b"".join), content_type=CONTENT_TYPES)
def test_any_bytes_give_at_least_one_value(body: bytes, content_type: str) -> None:
    assert parse_webhook(body, content_type)


@settings(deadline=None)
@given(value=VALUES | OBJECTS | st.lists(OBJECTS), content_type=CONTENT_TYPES)
def test_any_json_gives_at_least_one_value(value: object, content_type: str) -> None:
    assert parse_webhook(json.dumps(value).encode(), content_type)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from texts_in(part)


@settings(deadline=None)
@given(fields=OBJECTS)
def test_whatever_is_read_can_be_stored(fields: dict[str, object]) -> None:
    for parsed in parse_webhook(json.dumps(SEEN | fields).encode(), ""):
        for text in texts_in(msgspec.to_builtins(parsed)):
            assert "\x00" not in text
            assert len(text.encode()) <= 4 * 65_536
