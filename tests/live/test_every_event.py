"""Every event type has a producer, and keeps the law of snapshot and events."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.automatic import tell_busy
from helpdesk.actions.conversation_owners import requeue_unanswered
from helpdesk.actions.deliver import Due, claim_sends, settle_failed, settle_sent
from helpdesk.actions.waiting import assign_waiting
from helpdesk.database import Database, execute
from helpdesk.errors import Unknown
from helpdesk.events import types
from helpdesk.gateways import Sent
from helpdesk.live import socket as live_socket
from tests.live.desk import Desk
from tests.live.steps import make_crowd
from tests.live.watcher import Watcher, differences, watch
from tests.served import Served, serve

RECORDED = Path(__file__).parents[2] / "web/src/live/recorded.json"


class Day:
    """A day at the desk, step by step; after each the law must hold for everybody."""

    def __init__(self, desk: Desk, served: Served, watchers: list[Watcher]) -> None:
        self.desk, self.served, self.watchers = desk, served, watchers
        self.sari, self.ani = watchers[0].caller, watchers[1].caller
        self.talk = ""

    async def call(self, method: str, path: str, **body: object) -> str:
        """Let the supervisor do something, and return the id in the answer."""
        answer = await self.sari.request(method, f"/api/v1/{path}", json=body or None)
        answer.raise_for_status()
        await self.check()
        return str(answer.json()["id"]) if answer.content else ""

    async def hook(self, **body: object) -> None:
        answer = await self.served.hook(self.desk.device, **body)
        answer.raise_for_status()
        await self.check()

    async def check(self) -> None:
        assert await differences(self.watchers) == []

    async def act(self, verb: str, **body: object) -> str:
        return await self.call("POST", f"conversations/{self.talk}/{verb}", **body)

    async def answer(self) -> Due:
        """Answer as the supervisor, who owns the conversation, and claim the send."""
        await self.act("messages", client_id=str(uuid4()), text="Yes")
        async with self.desk.account.database.unit_of_work() as work:
            [due] = await claim_sends(work, busy_devices=[], per_device=1, most=1)
        await self.check()
        return due


@pytest.fixture
async def day(
    desk: Desk, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Day]:
    """A day on a server whose outbox is worked off by hand."""
    monkeypatch.setattr(live_socket, "HEARTBEAT_SECONDS", 0.05)
    async with serve(database, tmp_path, workers="off") as served:
        crowd = await make_crowd(served, desk, Random(1))
        watchers = await watch(served, crowd.people)
        yield Day(desk, served, watchers)
        for watcher in watchers:
            await watcher.stop()


async def open_conversations(day: Day) -> None:
    await day.hook(text="Nobody routes me")
    path = f"devices/{day.desk.device.id}"
    await day.call("PATCH", path, default_division_id=str(day.desk.division))
    await day.hook(**{"from": "6285550002", "name": "Joko"})
    page = (await day.sari.get("/api/v1/conversations?view=open&limit=1")).json()
    day.talk = page["items"][0]["id"]
    await day.call("PATCH", f"contacts/{page['items'][0]['contact']['id']}", name="Pak Joko")


async def leave_unanswered(day: Day) -> None:
    """The server greets, says that all are busy, and takes back what nobody answers."""
    division = f"divisions/{day.desk.division}"
    await day.call("PATCH", division, greeting="Hi {contact.name}", busy_text="All are busy.")
    await day.hook(**{"from": "6285550004", "name": "Tono"})
    key, later = (day.desk.account.id, day.desk.division), clock.now() + timedelta(hours=1)
    for act in (
        lambda work: requeue_unanswered(work, now=later),
        lambda work: assign_waiting(work, key, now=later),
        lambda work: tell_busy(work, key, now=later),
    ):
        async with day.desk.account.database.unit_of_work() as work:
            await act(work)
        await day.check()
    await day.call("PATCH", division, greeting="", busy_text="")
    async with day.desk.account.work() as work:
        await execute(work.session, "delete from outbox")


async def hand_around(day: Day) -> None:
    await day.act("transfer", division_id=str(day.desk.division))
    await day.act("release")
    await day.act("take")
    await day.act("read")
    await day.act("notes", client_id=str(uuid4()), text="He is a friend")
    await day.act("snooze", until=(clock.now() + timedelta(hours=1)).isoformat())
    await day.act("resolve", reason="Paid")
    await day.act("reopen")
    resolved = await day.sari.post(f"/api/v1/conversations/{day.talk}/resolve")
    await day.check()
    await day.call("POST", f"undo/{resolved.json()['undo_id']}")


async def send(day: Day) -> None:
    due = await day.answer()
    async with day.desk.account.work() as work:
        await settle_sent(work, due, Sent(provider_id="p1"), now=clock.now())
    for status in ("delivered", "read", "failed"):
        await day.hook(type="receipt", id="p1", status=status)
    due = await day.answer()
    async with day.desk.account.work() as work:
        await settle_failed(work, due, Unknown("No answer."), now=clock.now())
    await day.check()


async def fail(day: Day) -> None:
    await day.hook(**{"from": "6285550003"})
    page = (await day.sari.get("/api/v1/conversations?view=open&limit=1")).json()
    day.talk = page["items"][0]["id"]
    await day.act("take", expected_assignee_id=page["items"][0]["assignee_id"])
    due = await day.answer()
    async with day.desk.account.work() as work:
        await settle_sent(work, due, Sent(provider_id="p2"), now=clock.now())
    await day.hook(type="receipt", id="p2", status="failed", reason="No such number.")


async def furnish(day: Day) -> None:
    await day.hook(type="device", connected=False)
    await day.hook(type="device", connected=True)
    division = await day.call("POST", "divisions", name="New")
    device = str(day.desk.device.id)
    agent = await day.call("POST", "agents", name="Eko", device_id=device, division_id=division)
    template = await day.call("POST", "templates", name="T", shortcut="t", text="Hi")
    label = await day.call("POST", "labels", name="VIP")
    numbers = [{"number": "0812 3456 7890"}]
    rotator = await day.call("POST", "rotators", name="Leads", numbers=numbers)
    autoreply = await day.call(
        "POST", "autoreplies", name="A", device_id=device, kind="default", text="Soon."
    )
    contact = (await day.sari.get(f"/api/v1/conversations/{day.talk}")).json()["contact"]["id"]
    await day.call("PATCH", f"contacts/{contact}", labels=[label])
    await day.call("PATCH", f"conversations/{day.talk}", labels=[label])
    field = await day.call("POST", "fields", name="Tier")
    await day.call("PATCH", f"contacts/{contact}", fields={field: "Gold"})
    rule = await day.call(
        "POST",
        "rules",
        name="R",
        device_id=device,
        division_id=division,
        condition={"type": "always"},
    )
    at = (clock.now() + timedelta(days=1)).isoformat()
    to = {"text": "Hi", "lines": "6281234567890", "starts_at": at}
    broadcast = await day.call("POST", "broadcasts", device_id=device, **to)
    await day.call("POST", f"broadcasts/{broadcast}/pause")
    webhook = await day.call("POST", "webhooks", url="https://93.184.216.34/hook", enabled=False)
    for path in (
        f"autoreplies/{autoreply}",
        f"webhooks/{webhook}",
        f"labels/{label}",
        f"fields/{field}",
        f"rotators/{rotator}",
        f"rules/{rule}",
        f"templates/{template}",
        f"agents/{agent}",
    ):
        await day.call("DELETE", path)
    await day.call("DELETE", f"divisions/{division}")


async def test_every_event_type_has_a_producer_and_keeps_the_law(day: Day) -> None:
    await open_conversations(day)
    await leave_unanswered(day)
    await hand_around(day)
    await send(day)
    await fail(day)
    await furnish(day)
    assert day.watchers[0].types == set(types())
    await record(day.watchers[0])


async def record(watcher: Watcher) -> None:
    """Keep the day for the console's own reducer, where HELPDESK_RECORD asks for it."""
    if "HELPDESK_RECORD" in os.environ:
        last = await watcher.sync()
        for snapshot in (watcher.first, last):
            snapshot["me"]["csrf"] = None
        told = {"first": watcher.first, "frames": watcher.frames, "last": last}
        await asyncio.to_thread(RECORDED.write_text, json.dumps(told, ensure_ascii=False) + "\n")


async def test_the_recorded_day_that_the_console_replays_has_every_event_type() -> None:
    told = json.loads(await asyncio.to_thread(RECORDED.read_text))
    assert {frame["type"] for frame in told["frames"]} == set(types()), (
        "record it again: HELPDESK_RECORD=1 pytest tests/live/test_every_event.py"
    )
