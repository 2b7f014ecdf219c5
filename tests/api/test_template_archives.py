"""Templates as an archive: exported, taken in elsewhere and again, each by itself."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest

from helpdesk.actions import templates as actions
from helpdesk.api import template_archives
from helpdesk.archives import LIST
from helpdesk.errors import Unavailable
from helpdesk.files import Files
from tests.api.house import House
from tests.api.test_thumbnails import picture
from tests.factories import make_division
from tests.served import Caller

PATH = "/api/v1/templates/archive"
Json = dict[str, Any]
HELLO: Json = {"name": "Hello", "shortcut": "hi", "text": "Hi {contact.name}"}
MONAS: Json = {"latitude": -6.1754, "longitude": 106.8272, "name": "Monas"}
LUNCH: Json = {"name": "Lunch", "choices": ["Soto", "Rawon"], "is_multiple": True}


def archive_of(*templates: Any, files: dict[str, bytes] | None = None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(LIST, json.dumps({"version": 1, "templates": templates}))
        for name, content in (files or {}).items():
            archive.writestr(name, content)
    return packed.getvalue()


async def take_in(caller: Caller, archive: bytes) -> list[Json]:
    answer = await caller.post(PATH, files={"file": ("templates.zip", archive)})
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def outcomes(caller: Caller, archive: bytes) -> list[str]:
    return [each["outcome"] for each in await take_in(caller, archive)]


async def templates(caller: Caller) -> list[Json]:
    """All templates, without what is their account's own."""
    found = (await caller.get("/api/v1/templates?limit=200")).json()["items"]
    for each in found:
        del each["id"]
        if each["attachment"]:
            each["attachment"] = {
                name: each["attachment"][name] for name in ("filename", "mime", "size")
            }
    return sorted(found, key=lambda each: str(each["shortcut"]))


async def furnish(house: House) -> Caller:
    """Make a template of every kind."""
    owner = await house.caller("owner")
    made = await owner.post("/api/v1/media", files={"file": ("Price list.png", picture(60, 40))})
    bodies: list[Json] = [
        HELLO,
        {"name": "Where", "shortcut": "where", "location": MONAS},
        {"name": "Lunch", "shortcut": "Lunch", "text": "Choose", "poll": LUNCH},
        {"name": "Prices", "shortcut": "price", "media_id": made.json()["id"]},
        HELLO | {"shortcut": "sales", "division_ids": [str(house.division)]},
    ]
    for body in bodies:
        (await owner.post("/api/v1/templates", json=body)).raise_for_status()
    return owner


async def export(caller: Caller) -> bytes:
    answer = await caller.get(PATH)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="templates.zip"'
    return answer.raise_for_status().content


async def test_everything_of_the_templates_comes_through_into_another_account(
    house: House, other_house: House
) -> None:
    ours, theirs = await furnish(house), await other_house.caller("owner")
    archive = await export(ours)
    assert await outcomes(theirs, archive) == ["added"] * 5
    mine, others = await templates(ours), await templates(theirs)
    [sales] = [each for each in others if each["shortcut"] == "sales"]
    assert sales["division_ids"] == [str(other_house.division)]
    sales["division_ids"] = [str(house.division)]
    assert mine == others
    assert await export(theirs) == archive


async def test_the_same_archive_again_changes_nothing(house: House) -> None:
    owner = await furnish(house)
    archive, before = await export(owner), await house.account.events()
    assert await outcomes(owner, archive) == ["unchanged"] * 5
    assert await house.account.events() == before
    assert await export(owner) == archive


async def test_a_known_shortcut_in_any_case_changes_its_template(house: House) -> None:
    owner = await furnish(house)
    change = HELLO | {"shortcut": "HI", "text": "Bye", "divisions": [" sales "]}
    assert await outcomes(owner, archive_of(change)) == ["changed"]
    [hello] = [each for each in await templates(owner) if each["shortcut"] == "HI"]
    assert (hello["text"], hello["division_ids"]) == ("Bye", [str(house.division)])
    assert len(await templates(owner)) == 5


async def test_what_is_refused_is_told_by_field_and_harms_no_other(house: House) -> None:
    owner = await house.caller("owner")
    file = {"files/a/a.html": b"<html>"}
    items = await take_in(
        owner,
        archive_of(
            HELLO,
            {"name": "No shortcut", "text": "Hi"},
            HELLO | {"shortcut": "a b"},
            HELLO | {"shortcut": "HI"},
            HELLO | {"shortcut": "a", "divisions": ["Care"]},
            HELLO | {"shortcut": "b", "attachment": "files/none.png"},
            HELLO | {"shortcut": "c", "attachment": "files/a/a.html"},
            HELLO | {"shortcut": "d", "text": "{contct.name}"},
            HELLO | {"shortcut": "e", "location": {"latitude": 100, "longitude": 0}},
            HELLO | {"shortcut": "f", "location": {"latitude": 1}},
            HELLO | {"shortcut": "g", "colour": "red"},
            HELLO | {"shortcut": "h", "text": "", "poll": {"name": "Lunch", "choices": ["Soto"]}},
            HELLO | {"shortcut": "i", "text": " "},
            5,
            HELLO | {"shortcut": "last"},
            files=file,
        ),
    )
    assert [each["shortcut"] for each in await templates(owner)] == ["hi", "last"]
    assert [each["outcome"] for each in items] == ["added", *["refused"] * 13, "added"]
    assert [next(iter(each["errors"]), "") for each in items] == [
        "", "shortcut", "shortcut", "shortcut", "divisions", "attachment", "attachment", "text",
        "location", "location.longitude", "colour", "poll.choices", "text", "body", "",
    ]  # fmt: skip
    assert items[1]["name"] == "No shortcut"
    assert items[2]["errors"] == {
        "shortcut": "Give a text of at most 32 characters (letters, digits, - and _)."
    }
    assert items[3]["errors"] == {"shortcut": "The archive has it twice. Give another one."}
    assert items[4]["errors"] == {"divisions": "There is no division Care. Make it first."}
    assert items[10]["errors"]["colour"].startswith("There is no such field. Known: name,")


async def test_a_changed_file_is_stored_and_the_same_one_stays(house: House) -> None:
    owner = await house.caller("owner")
    body = {"name": "Prices", "shortcut": "price", "attachment": "files/p.png"}
    first, second = picture(60, 40), picture(60, 50)
    media = []
    for content in (first, first, second):
        await take_in(owner, archive_of(body, files={"files/p.png": content}))
        [template] = (await owner.get("/api/v1/templates")).json()["items"]
        media.append(template["attachment"]["id"])
        stored = await owner.get(template["attachment"]["url"])
        assert stored.content == content
    assert media[0] == media[1] != media[2]


async def test_a_template_keeps_its_uses_when_it_is_changed_by_an_archive(house: House) -> None:
    owner = await furnish(house)
    [id_] = [
        each["id"]
        for each in (await owner.get("/api/v1/templates")).json()["items"]
        if each["shortcut"] == "hi"
    ]
    assert await outcomes(owner, archive_of(HELLO | {"text": "Bye"})) == ["changed"]
    changed = (await owner.get(f"/api/v1/templates/{id_}")).json()
    assert (changed["text"], changed["uses"]) == ("Bye", 0)


async def test_an_empty_account_exports_an_archive_that_can_be_taken_in(house: House) -> None:
    owner = await house.caller("owner")
    assert await outcomes(owner, await export(owner)) == []


@pytest.mark.parametrize("content", [b"", b"no zip", archive_of()[:-30]])
async def test_what_is_no_archive_is_refused_beside_the_field(house: House, content: bytes) -> None:
    owner = await house.caller("owner")
    answer = await owner.post(PATH, files={"file": ("templates.zip", content)})
    assert answer.status_code == 422
    assert "ZIP" in answer.json()["errors"]["file"]


async def test_a_division_of_another_account_is_unknown(house: House, other_house: House) -> None:
    await make_division(other_house.account, name="Theirs")
    owner = await house.caller("owner")
    [item] = await take_in(owner, archive_of(HELLO | {"divisions": ["Theirs"]}))
    assert item["errors"] == {"divisions": "There is no division Theirs. Make it first."}


def stored_files(house: House) -> int:
    return sum(1 for each in house.served.settings.data_dir.glob("media/*/*") if each.is_file())


async def test_a_file_that_many_templates_name_is_stored_once_and_of_a_refused_one_none(
    house: House,
) -> None:
    owner, before = await house.caller("owner"), stored_files(house)
    named = [HELLO | {"shortcut": f"t{n}", "attachment": "files/a.png"} for n in range(5)]
    lost = HELLO | {"shortcut": "lost", "attachment": "files/b.png", "text": "{nobody.name}"}
    files = {"files/a.png": picture(60, 40), "files/b.png": picture(40, 60)}
    taken = await outcomes(owner, archive_of(lost, *named, files=files))
    assert taken == ["refused", *["added"] * 5]
    assert stored_files(house) == before + 1


def many(count: int) -> list[Json]:
    return [HELLO | {"shortcut": f"t{n}"} for n in range(count)]


async def test_what_the_time_did_not_suffice_for_is_left_and_taken_in_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, archive = await house.caller("owner"), archive_of(*many(5))
    monkeypatch.setattr(template_archives, "PIECE", 2)
    monkeypatch.setattr(template_archives, "SECONDS", 0)
    assert await outcomes(owner, archive) == ["added"] * 2 + ["left"] * 3
    assert len(await templates(owner)) == 2
    monkeypatch.setattr(template_archives, "SECONDS", 60)
    assert await outcomes(owner, archive) == ["unchanged"] * 2 + ["added"] * 3


async def test_fault_in_the_middle_tells_what_was_taken_and_what_was_left_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await house.caller("owner")
    monkeypatch.setattr(template_archives, "PIECE", 2)
    items: list[Json] = [*many(3), *({**each, "attachment": "a.png"} for each in many(4)[3:])]

    async def full_disk(files: Files, account_id: UUID, content: bytes) -> str:
        raise Unavailable("The disk is full.", retry_after=60)

    archive = archive_of(*items, files={"a.png": picture(60, 40)})
    monkeypatch.setattr(Files, "save", full_disk)
    taken = await take_in(owner, archive)
    assert [each["outcome"] for each in taken] == ["added"] * 2 + ["left"] * 2
    assert [each["errors"] for each in taken[2:]] == [{"body": "The disk is full."}] * 2
    assert [each["shortcut"] for each in await templates(owner)] == ["t0", "t1"]
    alone = archive_of(items[3], files={"a.png": picture(60, 40)})
    answer = await owner.post(PATH, files={"file": ("templates.zip", alone)})
    assert (answer.status_code, len(await templates(owner))) == (503, 2)


async def test_shortcut_twice_in_an_archive_is_refused_also_in_another_piece(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_archives, "PIECE", 2)
    owner = await house.caller("owner")
    assert await outcomes(owner, archive_of(*many(3), HELLO | {"shortcut": "T0"})) == [
        "added", "added", "added", "refused",
    ]  # fmt: skip


async def test_account_has_as_many_templates_as_an_archive_takes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await house.caller("owner")
    monkeypatch.setattr(actions, "MOST_TEMPLATES", 2)
    assert await outcomes(owner, archive_of(*many(3))) == ["added", "added", "refused"]
    answer = await owner.post("/api/v1/templates", json=HELLO)
    assert (answer.status_code, answer.json()["reason"]) == (409, "too_many_templates")
    assert await outcomes(owner, await export(owner)) == ["unchanged"] * 2


@pytest.mark.parametrize("text", [b'"name": "\xff"', b'"shortcut": 1, "name": "\xff"'])
async def test_a_list_that_is_no_utf8_is_refused(house: House, text: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(LIST, b'{"version": 1, "templates": [{' + text + b"}]}")
    owner = await house.caller("owner")
    answer = await owner.post(PATH, files={"file": ("templates.zip", packed.getvalue())})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])
