"""Recordings: how long and how loud they are goes along with them, where the recorder knows."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.house import House
from tests.factories import make_conversation
from tests.pure.test_recordings import PACKETS, webm
from tests.served import Caller

PEAKS = [min(each * 2, 100) for each in range(64)]
VOICE = {"seconds": 4.5, "peaks": PEAKS}


async def upload(caller: Caller, voice: Any, content: bytes | None = None) -> httpx.Response:
    """Upload a recording, or another file, with what is said of it."""
    file = ("voice.webm", content or webm(PACKETS))
    form = {"voice": voice if isinstance(voice, str) else json.dumps(voice)}
    return await caller.post("/api/v1/media", files={"file": file}, data=form)


async def test_a_recording_keeps_its_length_and_loudness_into_the_message(house: House) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, VOICE)
    assert made.status_code == 201, made.text
    assert (made.json()["mime"], made.json()["voice"]) == ("audio/ogg", VOICE)
    mine = await make_conversation(house.account, house.device, assignee=house.agent)
    reply = {"client_id": str(uuid4()), "media_id": made.json()["id"]}
    sent = await ani.post(f"/api/v1/conversations/{mine.id}/messages", json=reply)
    assert sent.json()["media"]["voice"] == VOICE
    page = await ani.get(f"/api/v1/conversations/{mine.id}/messages")
    assert page.json()["items"][0]["media"]["voice"] == VOICE


async def test_a_recording_may_come_without_them(house: House) -> None:
    ani = await house.caller("agent")
    made = await ani.post("/api/v1/media", files={"file": ("voice.webm", webm(PACKETS))})
    assert made.json()["voice"] is None


@pytest.mark.parametrize(
    "voice",
    [
        {"seconds": 0, "peaks": PEAKS},
        {"seconds": 86_401, "peaks": PEAKS},
        {"seconds": "4", "peaks": PEAKS},
        {"seconds": 4, "peaks": PEAKS[1:]},
        {"seconds": 4, "peaks": [*PEAKS, 1]},
        {"seconds": 4, "peaks": [101, *PEAKS[1:]]},
        {"seconds": 4, "peaks": [-1, *PEAKS[1:]]},
        {"seconds": 4, "peaks": [0.5, *PEAKS[1:]]},
        {"seconds": 4},
        {"seconds": 4, "peaks": PEAKS, "more": 1},
        [4],
        "loud",
    ],
)
async def test_a_length_and_loudness_that_cannot_be_are_refused(house: House, voice: Any) -> None:
    refused = await upload(await house.caller("agent"), voice)
    assert refused.status_code == 422, refused.text
    assert any(field.startswith("voice") for field in refused.json()["errors"]), refused.text


async def test_only_a_recording_has_them(house: House) -> None:
    refused = await upload(await house.caller("agent"), VOICE, b"a text")
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"voice": "Only give it with audio."}
