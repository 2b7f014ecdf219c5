"""Every conversation is exactly one of waiting, assigned, unrouted, snoozed, resolved."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import get_args
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.agents import change_agent
from helpdesk.actions.conversations import (
    release_conversation,
    reopen_conversation,
    resolve_conversation,
    take_conversation,
    transfer_to_division,
)
from helpdesk.actions.hand_over import Target, hand_over
from helpdesk.actions.snoozing import snooze_conversation, wake_snoozed
from helpdesk.actions.waiting import assign_waiting, route_due
from helpdesk.actors import Actor
from helpdesk.database import UnitOfWork, execute, fetch
from helpdesk.errors import HelpdeskError
from helpdesk.queries.inbox import Wanted, count_conversations, list_conversations
from helpdesk.shapes.words import ConversationStatus
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_device,
    make_division,
    open_console,
    receive,
)

STEPS = 60
CUSTOMERS = 6
Step = Callable[[UnitOfWork], Awaitable[object]]


class Office:
    """Two divisions, two agents in each, and customers who write."""

    def __init__(self, account: AccountUnderTest, random: Random) -> None:
        self.account, self.random = account, random
        self.agents: list[Actor] = []
        self.devices: list[DeviceUnderTest] = []

    async def build(self) -> None:
        self.divisions = [await make_division(self.account, name=name) for name in "AB"]
        for place, default in enumerate([self.divisions[0], None]):
            number = f"628110000000{place}"
            device = await make_device(self.account, number=number, default_division_id=default)
            self.devices.append(device)
        for place, name in enumerate(("Ani", "Budi", "Cici", "Dedi")):
            agent = await make_agent(
                self.account,
                self.devices[0],
                name=name,
                division_id=self.divisions[place % 2],
                open_limit=2,
            )
            await open_console(self.account, agent)
            self.agents.append(agent)

    async def step(self) -> None:
        """Do something to some conversation; what is refused changes nothing."""
        ids = await self.ids()
        if not ids or self.random.random() < 0.3:
            number = f"628555000{self.random.randrange(CUSTOMERS)}"
            await receive(self.account, self.random.choice(self.devices), number=number)
            return
        step = self.random.choice(self.steps(self.random.choice(ids)))
        try:
            async with self.account.work() as work:
                await step(work)
        except HelpdeskError:
            pass
        async with self.account.database.unit_of_work() as work:
            await route_due(work, now=clock.now())
        for division in self.divisions:
            async with self.account.database.unit_of_work() as work:
                await assign_waiting(work, (self.account.id, division), now=clock.now())

    def steps(self, id_: UUID) -> list[Step]:
        now, sari, agent = clock.now(), self.account.supervisor, self.random.choice(self.agents)
        division = self.random.choice(self.divisions)
        until = now + timedelta(hours=1)
        return [
            lambda work: snooze_conversation(work, sari, id_, until, now=now),
            lambda work: snooze_conversation(work, sari, id_, until, now=now),
            self._wake,
            lambda work: take_conversation(work, agent, id_, expected=None, now=now),
            lambda work: transfer_to_division(work, sari, id_, division, now=now),
            lambda work: release_conversation(work, sari, id_, now=now),
            lambda work: resolve_conversation(work, sari, id_, now=now),
            lambda work: reopen_conversation(work, sari, id_, now=now),
            lambda work: hand_over(work, sari, agent.id, Target(), now=now),
            lambda work: change_agent(
                work, agent.id, {"is_enabled": self.random.random() < 0.6}, now=now
            ),
        ]

    async def _wake(self, work: UnitOfWork) -> None:
        sql = "update conversation set snoozed_until = now() where snoozed_until is not null"
        await execute(work.session, sql)
        await wake_snoozed(work, now=clock.now())

    async def ids(self) -> list[UUID]:
        async with self.account.reading() as session:
            return [row[0] for row in await fetch(session, "select id from conversation")]

    async def check(self) -> None:
        """The statuses' sums are the whole, whichever way they are counted."""
        whole = len(await self.ids())
        async with self.account.reading() as session:
            counts = await count_conversations(session, self.account.id)
            listed = {
                view: await list_conversations(
                    session, self.account.supervisor, Wanted(view=view), limit=1_000
                )
                for view in ("waiting", "unrouted", "snoozed", "resolved")
            }
            rows = await fetch(session, "select status, assignee_id, division_id from conversation")
        sums = {
            status: sum(row[0] == status for row in rows) for status in get_args(ConversationStatus)
        }
        assert sum(sums.values()) == whole
        assert counts == {k: n for k, n in sums.items() if n and k != "resolved"}
        assert {view: len(found) for view, found in listed.items()} == {
            view: sums[view] for view in listed
        }
        assert all((row[0] != "assigned") or row[1] for row in rows)
        assert all(row[0] not in {"waiting", "unrouted"} or row[1] is None for row in rows)
        assert all((row[2] is None) or row[0] != "unrouted" for row in rows)


@pytest.mark.parametrize("seed", range(3))
async def test_the_sums_of_the_statuses_match_at_all_times(
    account: AccountUnderTest, seed: int
) -> None:
    office = Office(account, Random(seed))
    await office.build()
    for _ in range(STEPS):
        await office.step()
        await office.check()
