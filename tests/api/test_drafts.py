"""Drafts over REST: one's own, by version, told to one's own other sockets."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.api.house import House
from tests.api.objects import Objects, make_objects
from tests.factories import make_file
from tests.served import Caller


async def put(caller: Caller, path: str, text: str, expected: int, **body: Any) -> httpx.Response:
    draft = {"kind": "reply", "expected_version": expected, "body": {"text": text, **body}}
    return await caller.request("PUT", path, json=draft)


async def begin(house: House) -> tuple[Objects, Caller, str]:
    """A house with a conversation of its agent, and where the draft of it is."""
    objects = await make_objects(house)
    path = f"/api/v1/conversations/{objects.ids['conversation_id']}/draft"
    return objects, await house.caller("agent"), path


async def drafts(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.get("/api/v1/drafts")).json()["items"]
    return found


async def test_a_draft_is_kept_listed_changed_and_dropped(house: House) -> None:
    objects, ani, path = await begin(house)
    file = await make_file(house.account)
    first = (await put(ani, path, "Hel", 0, media_ids=[str(file)])).json()
    assert [each["id"] for each in first["attachments"]] == [str(file)]
    second = (await put(ani, path, "Hello", first["version"])).json()
    assert second["version"] > first["version"]
    assert await drafts(ani) == [second]
    assert second["conversation_id"] == str(objects.ids["conversation_id"])
    params = {"kind": "reply", "expected_version": second["version"]}
    assert (await ani.request("DELETE", path, params=params)).status_code == 204
    assert (await ani.request("DELETE", path, params=params)).status_code == 204, "it is gone"
    assert await drafts(ani) == []


async def test_a_version_that_is_not_there_any_more_is_refused_with_the_one_that_is(
    house: House,
) -> None:
    _, ani, path = await begin(house)
    first = (await put(ani, path, "from the desk", 0)).json()
    for expected in (0, first["version"] - 1, first["version"] + 1):
        late = await put(ani, path, "from the phone", expected)
        assert (late.status_code, late.json()["reason"]) == (409, "draft_changed")
        assert late.json()["draft"] == first
    params = {"kind": "reply", "expected_version": 1}
    late = await ani.request("DELETE", path, params=params)
    assert (late.status_code, late.json()["draft"]) == (409, first)
    params["expected_version"] = first["version"]
    await ani.request("DELETE", path, params=params)
    gone = await put(ani, path, "from the phone", first["version"])
    assert (gone.status_code, gone.json()["draft"]) == (409, None)
    again = (await put(ani, path, "new", 0)).json()
    assert again["version"] > first["version"], "no version is given twice"


async def test_reply_and_note_are_apart_and_nobody_reads_those_of_others(house: House) -> None:
    _, ani, path = await begin(house)
    sari = await house.caller("owner")
    note = {"kind": "note", "expected_version": 0, "body": {"text": "a note"}}
    assert (await ani.request("PUT", path, json=note)).status_code == 200
    assert (await put(ani, path, "a reply", 0)).status_code == 200
    assert (await put(sari, path, "of the owner", 0)).status_code == 200
    assert [each["kind"] for each in await drafts(ani)] == ["note", "reply"]
    assert [each["body"]["text"] for each in await drafts(sari)] == ["of the owner"]
    page = (await ani.get("/api/v1/drafts?limit=1")).json()
    rest = (await ani.get("/api/v1/drafts", params={"after": page["next"]})).json()
    assert [each["kind"] for each in [*page["items"], *rest["items"]]] == ["note", "reply"]


async def test_what_a_draft_cannot_hold_is_refused_by_field(house: House) -> None:
    _, ani, path = await begin(house)
    missing = str(uuid4())
    answer = await put(ani, path, "with a file", 0, media_ids=[missing])
    assert answer.status_code == 422
    assert missing in answer.json()["errors"]["body.media_ids"]
    answer = await put(ani, path, "x" * 60_001, 0)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["body.text"])


async def test_only_the_writers_own_sockets_are_told(house: House) -> None:
    objects, ani, path = await begin(house)
    sari = await house.caller("owner")
    async with (
        await house.served.socket(ani) as own,
        await house.served.socket(sari) as others,
    ):
        version = (await put(ani, path, "Hello", 0)).json()["version"]
        while (frame := json.loads(await own.recv()))["type"] != "draft.changed":
            pass
        assert frame["conversation_id"] == str(objects.ids["conversation_id"])
        assert (frame["kind"], frame["version"]) == ("reply", version)
        await sari.post(path.replace("/draft", "/notes"), json=NOTE)
        while (frame := json.loads(await others.recv()))["type"] != "note.added":
            assert frame["type"] != "draft.changed"


NOTE = {"client_id": str(uuid4()), "text": "Hm"}
