"""`helpdesk import-fonnte`, from an upstream on the loopback into the embedded database."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fake_fonnte import FakeFonnte, says
from tests.flow.process import run, running
from tests.workers.embedded_places import open_directory

OLD_TOKEN = "sUqjkKH+UG+@3SmnKrhz"
ROWS = [
    {"device": "6287866250310", "name": "tutorial", "status": "connect", "token": OLD_TOKEN},
    {"device": "0811-2222-333", "name": "", "status": "disconnect", "token": "short"},
    {"device": "no number", "name": "broken", "token": "a-token-of-16-chars"},
]
LISTED = says(200, {"connected": 1, "data": ROWS, "devices": 3, "status": True, "type": "device"})
OWNER = ("--email", "sari@toko.example", "--password", "rahasia-sekali")


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


async def test_devices_are_taken_over_once_with_their_tokens(directory: Path) -> None:
    async with FakeFonnte() as upstream:

        async def take_over() -> str:
            upstream.then(LISTED)
            ended = await asyncio.to_thread(
                run, directory, "import-fonnte", "sari@toko.example", "--token", "account-token",
                "--base-url", upstream.base_url, HELPDESK_OUTBOUND_ALLOW=upstream.place,
            )  # fmt: skip
            assert ended.returncode == 0, ended.stderr
            return ended.stdout

        await asyncio.to_thread(run, directory, "bootstrap", *OWNER)
        said = await take_over()
        assert upstream.received[0].path == "/get-devices"
        assert upstream.received[0].headers["authorization"] == "account-token"
        assert "6287866250310  tutorial, token kept" in said
        assert "0811-2222-333  0811-2222-333, new token" in said
        assert "no number  not taken over: This is no number" in said
        assert said.endswith("2 of 3 devices taken over.\n")
        assert "0 of 3 devices taken over." in await take_over()
    with running("serve", directory) as process:
        async with httpx.AsyncClient(base_url=process.url) as client:
            told = await client.post("/device", headers={"Authorization": OLD_TOKEN})
    assert (told.json()["device"], told.json()["name"]) == ("6287866250310", "tutorial")


async def test_a_token_that_the_upstream_does_not_know_takes_over_nothing(directory: Path) -> None:
    await asyncio.to_thread(run, directory, "bootstrap", *OWNER)
    async with FakeFonnte() as upstream:
        upstream.then(says(200, {"reason": "unknown user", "status": False}))
        ended = await asyncio.to_thread(
            run, directory, "import-fonnte", "sari@toko.example", "--token", "account-token",
            "--base-url", upstream.base_url, HELPDESK_OUTBOUND_ALLOW=upstream.place,
        )  # fmt: skip
    assert ended.returncode == 1
    assert "unknown user" in ended.stderr
