"""Importing and exporting contacts over HTTP."""

import csv
import io
from typing import Any

import pytest

from helpdesk.actions import contact_files
from tests.api.house import House
from tests.factories import make_conversation
from tests.flow.shop import SCALE
from tests.served import Caller

Json = dict[str, Any]


async def send(caller: Caller, text: str, **params: Any) -> Json:
    answer = await caller.post(
        "/api/v1/contacts/import",
        files={"file": ("contacts.csv", text.encode(), "text/csv")},
        params=params,
    )
    assert answer.status_code == 200, answer.text
    imported: Json = answer.json()
    return imported


def counts(imported: Json) -> tuple[int, ...]:
    return tuple(imported[name] for name in ("added", "changed", "unchanged", "failed"))


async def contacts(caller: Caller) -> dict[str, Json]:
    items = (await caller.get("/api/v1/contacts", params={"limit": 200})).json()["items"]
    return {each["number"]: each for each in items}


async def furnish(owner: Caller) -> tuple[str, str]:
    label = (await owner.post("/api/v1/labels", json={"name": "VIP"})).json()["id"]
    field = await owner.post("/api/v1/fields", json={"name": "Birthday", "kind": "date"})
    return label, field.json()["id"]


async def test_right_rows_are_taken_and_of_the_others_it_is_said_what_is_wrong(
    house: House,
) -> None:
    owner = await house.caller("owner")
    label, field = await furnish(owner)
    text = (
        "number;name;labels;Birthday;Email\n"
        "0812-3456-7890;Budi;vip;1990-01-31;b@example.com\n"
        "12;Nobody;;;\n"
        "6.28123E+12;Short;;;\n"
        "085550002;Cici;Gold;31/01/1990;\n"
        "+62 812 3456 7890;Twice;;;\n"
        "085550003;Dedi;;;;;more\n"
        "1@lid;Lid;;;\n"
    )
    imported = await send(owner, text)
    assert counts(imported) == (1, 0, 0, 6)
    told = ("line", "column", "code", "about")
    assert [tuple(fault[name] for name in told) for fault in imported["faults"]] == [
        (3, "number", "number", ""), (4, "number", "number", ""), (5, "labels", "no_label", "Gold"),
        (5, "Birthday", "no_date", ""), (6, "number", "repeated", "2"),
        (7, "", "too_many_cells", ""), (8, "number", "no_contact", ""),
    ]  # fmt: skip
    assert imported["unused_columns"] == ["Email"]
    [budi] = (await contacts(owner)).values()
    assert (budi["number"], budi["name"]) == ("6281234567890", "Budi")
    assert (budi["labels"], budi["fields"]) == ([label], {field: "1990-01-31"})


async def test_same_file_twice_changes_nothing_the_second_time(house: House) -> None:
    owner = await house.caller("owner")
    await furnish(owner)
    text = "number,name,labels,birthday\n085550001,Budi,VIP,1990-01-31\n085550002,,,\n"
    assert counts(await send(owner, text)) == (2, 0, 0, 0)
    before = await house.account.events()
    assert counts(await send(owner, text)) == (0, 0, 2, 0)
    assert await house.account.events() == before


async def test_preview_says_the_same_and_leaves_everything_as_it_is(house: House) -> None:
    owner = await house.caller("owner")
    await make_conversation(house.account, house.device, number="6285550001", name="Old")
    before = await house.account.events(), await contacts(owner)
    text = "number,name\n085550001,New\n085550002,Cici\n1,x\n"
    previewed = await send(owner, text, preview=True)
    assert (await house.account.events(), await contacts(owner)) == before
    assert counts(previewed) == (1, 1, 0, 1)
    assert await send(owner, text) == previewed


async def test_labels_are_added_and_empty_cells_leave_what_is_there(house: House) -> None:
    owner = await house.caller("owner")
    await furnish(owner)
    await owner.post("/api/v1/labels", json={"name": "Old | new"})
    await send(owner, "number,name,labels\n085550001,Budi,VIP\n")
    await send(owner, 'number,name,labels\n085550001,,"""Old | new"""\n')
    [budi] = (await contacts(owner)).values()
    assert (budi["name"], len(budi["labels"])) == ("Budi", 2)


async def test_any_number_of_a_merged_contact_leads_to_it(house: House) -> None:
    owner = await house.caller("owner")
    ids = [
        (await owner.post("/api/v1/contacts", json={"number": number})).json()["id"]
        for number in ("6285550001", "6285550002")
    ]
    await owner.post(f"/api/v1/contacts/{ids[0]}/merges", json={"contact_id": ids[1]})
    imported = await send(owner, "number,name\n085550002,Budi\n085550001,Other\n")
    assert counts(imported) == (0, 1, 0, 1)
    [budi] = (await contacts(owner)).values()
    assert (budi["id"], budi["name"]) == (ids[0], "Budi")


async def test_what_is_exported_is_whole_and_changes_nothing_when_it_comes_back(
    house: House,
) -> None:
    owner = await house.caller("owner")
    _, field = await furnish(owner)
    note = (await owner.post("/api/v1/fields", json={"name": "Debt", "kind": "number"})).json()
    await send(owner, "number,name,labels,birthday,debt\n085550001,'=Budi,VIP,1990-01-31,-5\n")
    await make_conversation(house.account, house.device, number="120@g.us", name="Group")
    answer = await owner.get("/api/v1/contacts/export")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "contacts.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["number", "name", "labels", "Birthday", "Debt"],
        ["6285550001", "'=Budi", "VIP", "1990-01-31", "'-5"],
        ["120@g.us", "Group", "", "", ""],
    ]
    before = await contacts(owner)
    assert before["6285550001"]["fields"] == {field: "1990-01-31", note["id"]: "-5"}
    assert counts(await send(owner, answer.text)) == (0, 0, 2, 0)
    assert await contacts(owner) == before


async def test_file_that_cannot_be_read_names_its_field(house: House) -> None:
    owner = await house.caller("owner")
    for content in (b"name\nBudi\n", b"\xff\xfe", b"x" * (2 * 1024 * 1024 + 5)):
        answer = await owner.post("/api/v1/contacts/import", files={"file": ("c.csv", content)})
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["file"]
    huge = await owner.post("/api/v1/contacts/import", files={"file": ("c", bytes(17_000_000))})
    assert huge.status_code == 413


async def test_fields_whose_names_are_alike_in_any_case_are_not_mixed_up(house: House) -> None:
    owner = await house.caller("owner")
    ids = [
        (await owner.post("/api/v1/fields", json={"name": name, "kind": "text"})).json()["id"]
        for name in ("Straße", "Strasse")
    ]
    labels = [
        (await owner.post("/api/v1/labels", json={"name": name})).json()["id"]
        for name in ("Weiß", "Weiss")
    ]
    await send(owner, "number,Strasse,Straße,labels\n085550001,2,1,Weiss\n085550002,,,Weiß\n")
    taken = await contacts(owner)
    assert taken["6285550001"]["fields"] == dict(zip(ids, ("1", "2"), strict=True))
    assert taken["6285550001"]["labels"] == labels[1:]
    assert taken["6285550002"]["labels"] == labels[:1]
    exported = await owner.get("/api/v1/contacts/export")
    assert counts(await send(owner, exported.text)) == (0, 0, 2, 0)


async def test_value_that_is_no_choice_any_more_comes_back_to_whom_it_was_of(house: House) -> None:
    owner = await house.caller("owner")
    field = {"name": "Tier", "kind": "choice", "choices": ["Gold", "Silver"]}
    id_ = (await owner.post("/api/v1/fields", json=field)).json()["id"]
    await send(owner, "number,tier\n085550001,gold\n085550002,Silver\n")
    await owner.patch(f"/api/v1/fields/{id_}", json={"choices": ["Silver"]})
    exported = (await owner.get("/api/v1/contacts/export")).text
    assert counts(await send(owner, exported)) == (0, 0, 2, 0)
    named = exported.replace("6285550001,", "6285550001,Budi")
    assert counts(await send(owner, named)) == (0, 1, 1, 0)
    assert (await contacts(owner))["6285550001"]["fields"] == {id_: "Gold"}
    imported = await send(owner, "number,tier\n085550002,Gold\n085550003,Gold\n")
    assert counts(imported) == (0, 0, 0, 2)
    assert [fault["column"] for fault in imported["faults"]] == ["Tier", "Tier"]


async def test_export_of_more_than_is_taken_at_once_comes_back_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await house.caller("owner")
    monkeypatch.setattr(contact_files, "MOST_ROWS", 2)
    for number in range(5):
        await owner.post("/api/v1/contacts", json={"number": f"628555000{number}"})
    exported = (await owner.get("/api/v1/contacts/export")).text
    pieces, next_line = [], 2
    while next_line:
        pieces.append(await send(owner, exported, from_line=next_line))
        next_line = pieces[-1]["next_line"]
    assert [counts(each) for each in pieces] == [(0, 0, 2, 0), (0, 0, 2, 0), (0, 0, 1, 0)]


async def test_same_key_with_another_line_is_not_answered_with_the_first(house: House) -> None:
    owner, key = await house.caller("owner"), {"Idempotency-Key": "import-1"}
    files = {"file": ("c.csv", b"number\n085550001\n")}
    for preview, status in (("true", 200), ("false", 422)):
        answer = await owner.post(
            "/api/v1/contacts/import", files=files, params={"preview": preview}, headers=key
        )
        assert answer.status_code == status


async def test_full_file_is_taken_within_the_time_of_a_request(house: House) -> None:
    owner, count = await house.caller("owner"), min(1_000 * SCALE, 5_000)
    rows = "".join(f"62811{number:07},Name {number}\n" for number in range(count))
    imported = await send(owner, f"number,name\n{rows}")
    assert counts(imported) == (count, 0, 0, 0)
    assert imported["next_line"] is None
    exported = await owner.get("/api/v1/contacts/export")
    assert exported.text.count("\r\n") == count + 1
