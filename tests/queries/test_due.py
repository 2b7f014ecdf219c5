"""The look at what is due misses nothing that a loop would find, and is silent of the rest."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from helpdesk.database import Database
from helpdesk.queries.due import list_due_topics
from helpdesk.workers.runner import UNASKED_SECONDS, Loop, Runner
from tests.queries.plans import ACCOUNT, fill, key
from tests.served import serve

PAST, FUTURE = "now() - interval '1 second'", "now() + interval '1 hour'"
HOUSE = (
    fill("account", 1, id=f"'{ACCOUNT}'"),
    fill("event_counter", 1, seq="5"),
    fill("division", 1, id=key("division", "n"), rotation="'full'", when_nobody="'wait'",
         cycle="1", cycle_start="1"),
    fill("device", 1, id=key("device", "n"), number="n::text", status="'connect'",
         gateway_kind="'simulated'", gateway_settings="'{}'", answer_source="'autoreply'"),
    fill("agent", 1, id=key("agent", "n"), device_id=key("device", 1), is_enabled="true",
         division_id=key("division", 1), weight="1", sees="'division'"),
    fill("session", 1, id=key("session", "n"), agent_id=key("agent", 1), kind="'agent'",
         expires_at=FUTURE),
    fill("contact", 1, id=key("contact", "n"), kind="'person'", address="'62'", fields="'{}'"),
)  # fmt: skip


def conversation(**columns: str) -> str:
    return fill("conversation", 1, **{
        "id": key("conversation", "n"), "device_id": key("device", 1),
        "contact_id": key("contact", 1), "division_id": key("division", 1), "status": "'resolved'",
    } | columns)  # fmt: skip


def message(**columns: str) -> str:
    return fill("message", 1, **{
        "id": key("message", "n"), "number": "1", "conversation_id": key("conversation", 1),
        "device_id": key("device", 1), "contact_id": key("contact", 1), "direction": "'in'",
        "kind": "'text'", "sender_kind": "'contact'",
    } | columns)  # fmt: skip


def outbox(**columns: str) -> tuple[str, ...]:
    item = {"message_id": key("message", 1), "device_id": key("device", 1),
            "contact_id": key("contact", 1), "state": "'queued'"}  # fmt: skip
    return conversation(), message(), fill("outbox", 1, **item | columns)


def broadcast(**columns: str) -> str:
    made = {"device_id": key("device", 1), "state": "'running'", "by_kind": "'user'"}
    return fill("broadcast", 1, **made | columns)


def push(**columns: str) -> tuple[str, ...]:
    browser = {"session_id": key("session", 1), "endpoint": "'https://push.example'"}
    return (
        fill("push_subscription", 1, **browser),
        conversation(),
        fill("push", 1, session_id=key("session", 1), conversation_id=key("conversation", 1),
             **columns),
    )  # fmt: skip


def delivery(**columns: str) -> tuple[str, ...]:
    hook = fill("webhook", 1, id=key("webhook", "n"), kind="'events'", url="'https://x.example'")
    named = {"id": key("delivery", "n"), "webhook_id": key("webhook", 1), "state": "'due'"}
    return hook, fill("webhook_delivery", 1, **named | columns)


OWNED = {"assignee_id": key("agent", 1), "assigned_at": PAST, "waiting_since": PAST}
LOOKED_AFTER = {
    "waiting": [
        (conversation(status="'waiting'", waiting_since=PAST),),
        (conversation(status="'unrouted'", route_due_at=PAST),),
        (conversation(status="'unrouted'", menu_due_at=PAST),),
    ],
    "snoozed": [(conversation(status="'snoozed'", snoozed_until=PAST),)],
    "no answer": [(conversation(status="'assigned'", **OWNED),)],
    "outbox": [outbox(due_at=PAST)],
    "broadcasts": [(broadcast(count_due_at=PAST),)],
    "relays": [(conversation(), message(), fill("relay", 1, message_id=key("message", 1)))],
    "media": [(fill("media", 1, state="'due'", due_at=PAST),)],
    "pushes": [push(due_at=PAST), (fill("push_cursor", 1, seq="4"),)],
    "webhooks": [delivery(due_at=PAST)],
}  # fmt: skip
QUIET = {
    "resolved": (conversation(),),
    "routed later": (conversation(status="'unrouted'", route_due_at=FUTURE),),
    "menu open": (conversation(status="'unrouted'", menu_due_at=FUTURE),),
    "snoozed on": (conversation(status="'snoozed'", snoozed_until=FUTURE),),
    "answered": (conversation(status="'assigned'", **OWNED | {"is_answered": "true"}),),
    "planned": outbox(due_at=FUTURE),
    "sending": outbox(due_at=PAST, state="'sending'", lease_until=FUTURE),
    "counted later": (broadcast(count_due_at=FUTURE),),
    "fetched later": (fill("media", 1, state="'due'", due_at=FUTURE),),
    "told": (fill("push_cursor", 1, seq="5"),),
    "pushed later": push(due_at=FUTURE),
    "retried later": delivery(due_at=FUTURE),
}  # fmt: skip


async def topics_after(database: Database, statements: tuple[str, ...]) -> frozenset[str]:
    """Return what is due once a house has what the statements store; nothing is kept."""
    async with database.unit_of_work() as work:
        driver = work.session.info["driver"]
        for statement in (*HOUSE, *statements):
            await driver.execute(statement)
        found = await list_due_topics(work.session)
        await work.session.rollback()
    return found


@pytest.mark.parametrize(
    ("topic", "number"),
    [(topic, number) for topic, cases in LOOKED_AFTER.items() for number in range(len(cases))],
)
async def test_what_a_loop_looks_after_is_told(database: Database, topic: str, number: int) -> None:
    assert await topics_after(database, LOOKED_AFTER[topic][number]) == {topic}


@pytest.mark.parametrize("case", QUIET)
async def test_what_is_for_later_or_done_wakes_nobody(database: Database, case: str) -> None:
    assert await topics_after(database, QUIET[case]) == frozenset()


async def test_every_loop_that_does_not_look_often_is_looked_after(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Loop] = []

    def keep(_runner: Runner, loops: Iterable[Loop]) -> None:
        started.extend(loops)

    monkeypatch.setattr(Runner, "start_loops", keep)
    async with serve(database, tmp_path):
        seldom = {loop.topic for loop in started if loop.every == UNASKED_SECONDS}
    assert seldom == LOOKED_AFTER.keys() - {"outbox"}
