"""Whatever is sent to the door, it never fails: every answer is Fonnte's shape (FONNTE.md 1)."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.fonnte.door import TARGET, Door
from tests.flow.shop import SCALE

OF_A_DEVICE = (
    "/send", "/device", "/status", "/delete-message", "/reset-message", "/typing", "/validate",
    "/fetch-group", "/get-whatsapp-group",
)  # fmt: skip
PATHS = (*OF_A_DEVICE, "/get-devices", "/add-device")
WITH_BODY = ("/send", "/add-device", "/status", "/reset-message", "/typing", "/validate")
WAYS = ("json", "form", "multipart", "query")
KINDS = (
    "", "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=\xe9", "text/plain",
    'multipart/form-data; boundary="', "application/json; charset=utf-16", ";;=;",
)  # fmt: skip
NAMES = (
    "target", "message", "url", "filename", "schedule", "delay", "countryCode", "location",
    "typing", "duration", "choices", "select", "pollname", "connectOnly", "followup", "data",
    "sequence", "preview", "inboxid", "name", "device", "autoread", "group", "token", "redirect",
    "id", "byschedule", "stop",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        (TARGET, f"{TARGET}|{{name}}", "1,2", "a,b", "0", "-1", "9" * 40, "\0", "\ud800", "[{}]",
         '[{"target":"0812345678","message":"x","choices":"a,\\ud800"}]', "http://[", "12@g.us",
         "@lid", "{name", "1-2", "1e5", "true", "#", "²", "٣" * 12)
    ),
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES | TEXTS, min_size=1, max_size=4)
GOOD = {"target": TARGET, "message": "Halo", "name": "Toko"}
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n--x--'
BODIES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60).map(lambda value: MULTIPART % (b"target", b"", value)),
    st.binary(max_size=60).map(lambda value: MULTIPART % (b"file", b'; filename="a"', value)),
)
ENOUGH = settings(
    max_examples=100 * SCALE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(answer: httpx.Response) -> None:
    """Fail unless the answer is a verdict in Fonnte's shape."""
    assert answer.status_code in {200, 302}, (answer.status_code, answer.text)
    if answer.status_code == 200:
        body: dict[str, Any] = answer.json()
        assert list(body) == sorted(body)
        assert body["status"] is True or isinstance(body["reason"], str)


def spelled(value: object) -> str:
    """Return a value as a form carries it."""
    return str(value).encode("utf-8", "replace").decode()


def token_of(door: Door, path: str) -> str:
    """Return the token that the path wants."""
    house = door.house
    return house.device.token if path in OF_A_DEVICE else house.account_token


@pytest.mark.parametrize("path", WITH_BODY)
@given(body=BODIES, kind=st.sampled_from(KINDS))
@ENOUGH
async def test_no_body_makes_the_door_fail(
    hall_door: Door, path: str, body: bytes, kind: str
) -> None:
    headers = [
        (b"Authorization", token_of(hall_door, path).encode()),
        (b"Content-Type", kind.encode()),
    ]
    check(await hall_door.caller.post(path, headers=headers, content=body))


@pytest.mark.parametrize("path", WITH_BODY)
@given(fields=FIELDS, way=st.sampled_from(WAYS))
@ENOUGH
async def test_no_field_makes_the_door_fail(
    hall_door: Door, path: str, fields: dict[str, Any], way: str
) -> None:
    headers = {"Authorization": token_of(hall_door, path)}
    texts = {name: spelled(value) for name, value in (GOOD | fields).items()}
    sent: dict[str, Any] = {
        "json": {"content": json.dumps(GOOD | fields)},
        "form": {"data": texts},
        "multipart": {"files": {name: (None, text) for name, text in texts.items()}},
        "query": {"params": texts},
    }[way]
    method = "GET" if (way, path) == ("query", "/send") else "POST"
    check(await hall_door.caller.request(method, path, headers=headers, **sent))


@given(token=st.binary(max_size=60), path=st.sampled_from(PATHS))
@ENOUGH
async def test_no_token_makes_the_door_fail(hall_door: Door, token: bytes, path: str) -> None:
    printable = bytes(byte for byte in token if byte > 32 and byte != 127)
    headers = [(b"Authorization", printable)]
    check(await hall_door.caller.post(path, headers=headers, data=GOOD))


async def test_a_check_that_would_pass_anything_is_noticed() -> None:
    with pytest.raises(AssertionError, match="500"):
        check(httpx.Response(500, text="oops"))
    with pytest.raises(KeyError):
        check(httpx.Response(200, json={"status": False}))
