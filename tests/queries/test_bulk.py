"""Many rows in one statement: every type, NULLs, texts of any kind, and no rows at all."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from helpdesk import clock
from helpdesk.database import built_ahead, fetch
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.tables.columns import new_id
from helpdesk.tables.contact import Contact
from helpdesk.tables.inbound import Inbound
from helpdesk.tables.message import Message
from tests.factories import AccountUnderTest, DeviceUnderTest, make_device, receive

STRANGE = 'a"b\\c\n\t{}, "x": 1 — ñ 漢字 🙂 \u2028 null NULL'


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


def contact(account: AccountUnderTest, **changes: Any) -> dict[str, Any]:
    """A contact's columns."""
    return {
        "account_id": account.id,
        "id": new_id(),
        "kind": "person",
        "address": "6285",
        "name": "",
        "is_named": False,
        "labels": "[]",
        "fields": "{}",
        "created_at": clock.now(),
    } | changes


async def message_id(account: AccountUnderTest, device: DeviceUnderTest) -> UUID:
    return (await receive(account, device)).message.id


async def change(account: AccountUnderTest, id_: UUID, **changes: Any) -> Any:
    """Change a message's columns and read it again."""
    async with account.work() as work:
        row = {"account_id": account.id, "id": id_, **changes}
        await update_rows(work.session, Message, [row])
        return (await fetch(work.session, "select * from message where id = $1", id_))[0]


async def test_no_rows_are_no_statement(account: AccountUnderTest) -> None:
    async with account.work() as work:
        assert await insert_rows(work.session, Contact, [], returning="id") == []
        await update_rows(work.session, Contact, [])


async def test_texts_of_any_kind_come_back_as_they_were(account: AccountUnderTest) -> None:
    rows = [contact(account, address=str(n), name=STRANGE * n) for n in range(300)]
    async with account.work() as work:
        await insert_rows(work.session, Contact, rows)
        stored = await fetch(work.session, "select id, name from contact")
    assert {row[0]: row[1] for row in stored} == {row["id"]: row["name"] for row in rows}


async def test_what_many_rows_have_in_common_comes_back_in_each(
    account: AccountUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.queries.bulk.MANY_ROWS", 2)
    monkeypatch.setattr("helpdesk.database.MOST_AT_ONCE", 2)
    same = {"name": STRANGE, "labels": '["a"]', "blocked_at": None}
    rows = [contact(account, address=str(n), **same) for n in range(5)]
    rows[1]["fields"] = '{"f": "x"}'
    async with account.work() as work:
        inserted = await insert_rows(
            work.session, Contact, rows, order_by='v.address collate "C"', returning="id"
        )
        stored = await fetch(work.session, "select * from contact order by address")
    assert [row[0] for row in inserted] == [row["id"] for row in rows]
    for row, kept in zip(rows, stored, strict=True):
        as_read = {"labels": ["a"], "fields": json.loads(row["fields"])}
        assert {name: kept[name] for name in row} == row | as_read


async def test_bytes_and_nulls_come_back_as_they_were(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    body = bytes(range(256))
    row = {
        "account_id": account.id,
        "id": new_id(),
        "device_id": device.id,
        "key": None,
        "state": "failed",
        "reason": "",
        "content_type": "",
        "body": body,
        "message_id": None,
        "received_at": clock.now(),
    }
    async with account.work() as work:
        await insert_rows(work.session, Inbound, [row, row | {"id": new_id(), "body": b""}])
        stored = await fetch(
            work.session, "select body, key, message_id from inbound order by body"
        )
    assert [tuple(each) for each in stored] == [(b"", None, None), (body, None, None)]


@pytest.mark.parametrize("value", [None, {"a": [1, None, STRANGE]}, {}, [], "text", 1.5])
async def test_json_comes_back_as_it_was(
    account: AccountUnderTest, device: DeviceUnderTest, value: Any
) -> None:
    id_ = await message_id(account, device)
    text = None if value is None else json.dumps(value)
    stored = await change(account, id_, poll=text)
    assert stored["poll"] == value


async def test_times_come_back_to_the_microsecond(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    at = datetime(2026, 2, 3, 4, 5, 6, 789_123, tzinfo=UTC)
    stored = await change(account, await message_id(account, device), sort_at=at)
    assert stored["sort_at"] == at


async def test_large_numbers_come_back_whole(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    stored = await change(account, await message_id(account, device), number=2**62 + 1)
    assert stored["number"] == 2**62 + 1


async def test_an_update_touches_only_the_rows_and_columns_that_are_named(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    mine, other = contact(account), contact(account, address="6286")
    foreign = contact(other_account, id=mine["id"])
    async with account.work() as work:
        await insert_rows(work.session, Contact, [mine, other, foreign])
        changes = {"account_id": account.id, "id": mine["id"], "name": "Sita"}
        await update_rows(work.session, Contact, [changes])
        rows = await fetch(work.session, "select account_id, id, name, address from contact")
    names = {(row[0], row[1]): row[2] for row in rows}
    assert names[account.id, mine["id"]] == "Sita"
    assert [names[account.id, other["id"]], names[other_account.id, mine["id"]]] == ["", ""]
    assert {row["address"] for row in rows} == {"6285", "6286"}


async def test_what_is_there_already_is_left_out_of_the_answer(account: AccountUnderTest) -> None:
    first = contact(account)
    async with account.work() as work:
        await insert_rows(work.session, Contact, [first])
        rows = [contact(account), contact(account, address="6286")]
        inserted = await insert_rows(
            work.session, Contact, rows, on_conflict="do nothing", returning="address"
        )
    assert [row[0] for row in inserted] == ["6286"]


async def test_a_row_that_breaks_a_rule_of_the_table_is_refused(account: AccountUnderTest) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with account.work() as work:
            await insert_rows(work.session, Contact, [contact(account, kind="ghost")])


async def test_the_next_part_is_built_while_one_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.database.MOST_AT_ONCE", 2)
    is_built = {n: threading.Event() for n in range(5)}

    def build(part: Sequence[int]) -> list[int]:
        for n in part:
            is_built[n].set()
        return list(part)

    parts = []
    async for part in built_ahead(iter(range(5)), build):
        parts.append(part)
        following = min(part[-1] + 1, 4)
        assert is_built[following].wait(5), "nobody waits for a statement to build the next"
    assert parts == [[0, 1], [2, 3], [4]]


async def test_a_fault_in_building_is_told_after_what_was_built_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("helpdesk.database.MOST_AT_ONCE", 2)
    parts = built_ahead((4, 2, 1, 0), lambda part: [4 // n for n in part])
    assert await anext(parts) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        await anext(parts)
