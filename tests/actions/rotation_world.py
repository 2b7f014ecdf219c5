"""Two divisions driven by the product's own functions, beside the model of what must happen.

Each method does one thing, lets the waiting queue move, and compares the database with the model.
What it is done to is given as a number, taken modulo what there is.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import msgspec

from helpdesk import clock
from helpdesk.actions.agents import NewAgent, add_agent, change_agent, remove_agent
from helpdesk.actions.conversations import (
    release_conversation,
    resolve_conversation,
    transfer_to_agent,
    transfer_to_division,
)
from helpdesk.actions.divisions import change_division
from helpdesk.actions.ingest import Delivery, take_deliveries
from helpdesk.actions.waiting import assign_waiting
from helpdesk.database import Database, UnitOfWork, execute, fetch
from helpdesk.gateways.simulated import MessageBody, Simulated
from helpdesk.queries.presence import insert_console, set_away
from helpdesk.vault import Vault
from tests.actions.rotation_check import Chat, Model, Person, Place
from tests.factories import DeviceUnderTest, make_account, make_device, make_division

LIMITS = (3, 3, 1, None)
Mutation = Callable[["World", UnitOfWork, str], Awaitable[None]]


class Aborted(Exception):
    """The transaction fails after everything was done in it."""


async def blameless(_world: "World", _work: UnitOfWork, _step: str) -> None:
    """What the product does wrong after a step: nothing."""


class World:
    """The product on `nodes` (processes with the same database), and the model of it."""

    def __init__(
        self, nodes: Sequence[Database], vault: Vault, mutation: Mutation = blameless
    ) -> None:
        self.nodes, self.vault, self.mutation = nodes, vault, mutation
        self.model = Model()
        self.devices: dict[UUID, DeviceUnderTest] = {}
        self.last: tuple[UUID, bytes] | None = None
        self.now = clock.now()
        self.node_id = uuid4()

    async def build(self, agents: int = 3) -> None:
        """Make an account and two divisions, each with a device and agents."""
        self.account = await make_account(self.nodes[0], self.vault)
        async with self.nodes[0].unit_of_work() as work:
            await execute(work.session, _NODE, self.node_id)
        for place in range(2):
            division = await make_division(self.account, name=f"D{place}")
            self.devices[division] = await make_device(
                self.account, number=_number(), default_division_id=division
            )
            self.model.places[division] = Place()
            for _ in range(agents):
                await self.join(place, 0)

    def division(self, place: int) -> UUID:
        """Some division."""
        return list(self.devices)[place % len(self.devices)]

    def person(self, place: int) -> Person | None:
        """Some agent, if there is one."""
        people = list(self.model.staff.values())
        return people[place % len(people)] if people else None

    def chat(self, place: int, *statuses: str) -> Chat | None:
        """Some conversation in one of these statuses, if there is one."""
        found = [chat for chat in self.model.chats.values() if chat.status in statuses]
        return found[place % len(found)] if found else None

    async def write(self, place: int, count: int, node: int) -> None:
        """Let new customers write, all in one webhook."""
        division, numbers = self.division(place), [_number() for _ in range(count)]
        self.last = (division, _body(numbers))
        await self._deliver(*self.last, node)
        for each, number in enumerate(numbers):
            self.model.chats[number] = Chat(number, division, division, (self.now, each))
        await self.settle("write")

    async def repeat(self, node: int) -> None:
        """Deliver the last webhook once more."""
        if self.last:
            await self._deliver(*self.last, node)
            await self.settle("repeat")

    async def abort(self, place: int, count: int, node: int) -> None:
        """Take in new customers' messages, and fail just before the commit."""
        body = _body([_number() for _ in range(count)])
        try:
            await self._deliver(self.division(place), body, node, is_aborted=True)
        except Aborted:
            await self.settle("abort")

    async def write_again(self, place: int, node: int) -> None:
        """Let a customer with a conversation write again; a resolved one is reopened."""
        chat = self.chat(place, "assigned", "waiting", "resolved")
        if chat is None:
            return
        await self._deliver(chat.home, _body([chat.number]), node)
        if chat.status == "resolved":
            chat.since = (self.now, 0)
            is_back = chat.owner in self.model.eligible(chat.division)
            if is_back and not self.model.queue(chat.division):
                chat.status = "assigned"
            else:
                self.model.let_wait(chat, preferred=chat.owner)
        await self.settle("write again")

    async def join(self, place: int, limit: int) -> None:
        """Add an agent, who opens the console at once; some of twice the weight."""
        division = self.division(place)
        new = NewAgent(
            name="A",
            device_id=self.devices[division].id,
            division_id=division,
            limit=LIMITS[limit % len(LIMITS)],
            weight=1 + len(self.model.staff) % 2,
        )
        async with self.account.work() as work:
            agent = (await add_agent(work, self.vault, new, now=self.now)).agent
            await insert_console(
                work.session, self.account.id, uuid4(), agent_id=agent.id, node_id=self.node_id
            )
        self.model.staff[agent.id] = Person(agent.id, division, new.limit, new.weight)
        await self.settle("join")

    async def leave(self, place: int) -> None:
        """Remove an agent, whose conversations go back to the queue."""
        if person := self.person(place):
            await self._do(remove_agent, person.id)
            for chat in self.model.chats.values():
                if chat.owner == person.id and chat.status == "assigned":
                    self.model.let_wait(chat)
            del self.model.staff[person.id]
            await self.settle("leave")

    async def move(self, place: int) -> None:
        """Move an agent to the other division; its open conversations stay."""
        if person := self.person(place):
            (person.division,) = set(self.devices) - {person.division}
            await self._do(change_agent, person.id, {"division_id": person.division})
            await self.settle("move")

    async def toggle(self, place: int) -> None:
        """Let an agent go away, or come back."""
        if person := self.person(place):
            person.is_online = not person.is_online
            async with self.account.work() as work:
                await set_away(
                    work.session, self.account.id, person.id, is_away=not person.is_online
                )
            await self.settle("toggle")

    async def switch_mode(self, place: int) -> None:
        """Change a division between full and partial."""
        division = self.division(place)
        where = self.model.places[division]
        where.is_partial = not where.is_partial
        mode = "partial" if where.is_partial else "full"
        await self._do(change_division, division, {"rotation": mode})
        await self.settle("mode")

    async def resolve(self, place: int) -> None:
        """Resolve a conversation."""
        if chat := self.chat(place, "assigned", "waiting"):
            id_ = await self._id(chat)
            await self._do(resolve_conversation, self.account.supervisor, id_)
            chat.status = "resolved"
            await self.settle("resolve")

    async def transfer(self, place: int, agent: int) -> None:
        """Hand a conversation to an agent by hand: no turn, and limits do not count."""
        chat, person = self.chat(place, "assigned", "waiting"), self.person(agent)
        if chat and person:
            id_ = await self._id(chat)
            await self._do(transfer_to_agent, self.account.supervisor, id_, person.id)
            chat.owner, chat.status, chat.division = person.id, "assigned", person.division
            await self.settle("transfer")

    async def transfer_division(self, place: int, to: int) -> None:
        """Hand a conversation to a division, which takes a turn for it or lets it wait."""
        if chat := self.chat(place, "assigned", "waiting"):
            division, id_ = self.division(to), await self._id(chat)
            has_queue = bool(self.model.queue(division))
            eligible = self.model.eligible(division)
            await self._do(transfer_to_division, self.account.supervisor, id_, division)
            chat.division = division
            self.model.let_wait(chat)
            first = {} if has_queue or not eligible else {division: eligible}
            await self.settle("transfer division", first)

    async def release(self, place: int) -> None:
        """Give a conversation back to its division, where it keeps its place in time."""
        if chat := self.chat(place, "assigned"):
            await self._do(release_conversation, self.account.supervisor, await self._id(chat))
            self.model.let_wait(chat)
            await self.settle("release")

    async def settle(
        self, step: str, first: Mapping[UUID, frozenset[UUID]] = MappingProxyType({})
    ) -> None:
        """Let the queues move, then compare everything with the model.

        `first`: who was eligible for a division's first turn, where that was before the step.
        """
        if self.mutation is not blameless:
            async with self.account.work() as work:
                await self.mutation(self, work, step)
        for division in self.devices:
            async with self.nodes[-1].unit_of_work() as work:
                await assign_waiting(work, (self.account.id, division), now=self.now)
        async with self.account.reading() as session:
            for division in self.devices:
                turns = self.model.places[division].turns
                new = await fetch(session, _TURNS, self.account.id, division, turns)
                self.model.follow(division, new, first.get(division))
            self.model.compare(await fetch(session, _CHATS, self.account.id))
        self.now += timedelta(seconds=1)

    async def _do(self, action: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
        async with self.account.work() as work:
            await action(work, *arguments, now=self.now)

    async def _deliver(
        self, division: UUID, body: bytes, node: int, *, is_aborted: bool = False
    ) -> None:
        delivery = Delivery(
            hook_digest=self.vault.digest(self.devices[division].hook_key).hex(),
            gateway_kind="simulated",
            body=body,
            content_type="application/json",
            parsed=Simulated.parse_webhook(Simulated.__new__(Simulated), body, ""),
        )
        async with self.nodes[node % len(self.nodes)].unit_of_work() as work:
            await take_deliveries(work, [delivery], now=self.now)
            if is_aborted:
                raise Aborted

    async def _id(self, chat: Chat) -> UUID:
        rows = await self._rows(_CHATS, self.account.id)
        id_: UUID = next(row["id"] for row in rows if row["address"] == chat.number)
        return id_

    async def _rows(self, sql: str, *arguments: Any) -> list[Any]:
        async with self.account.reading() as session:
            return await fetch(session, sql, *arguments)


_CHATS = """
select c.id, p.address, c.status, c.division_id, c.assignee_id from conversation c
join contact p on p.account_id = c.account_id and p.id = c.contact_id where c.account_id = $1
"""
_NODE = """
insert into node (id, name, started_at, seen_at)
values ($1, 'test', now(), now() + interval '1 day')
"""
_TURNS = """
select t.number, t.agent_id, t.eligible, t.weights, p.address from turn t
join conversation c on c.account_id = t.account_id and c.id = t.conversation_id
join contact p on p.account_id = c.account_id and p.id = c.contact_id
where t.account_id = $1 and t.division_id = $2 and t.number > $3 order by t.number
"""


def _number() -> str:
    return f"62{uuid4().int % 10**11:011}"


def _body(numbers: Sequence[str]) -> bytes:
    return msgspec.json.encode([MessageBody(sender=each, id=uuid4().hex) for each in numbers])
