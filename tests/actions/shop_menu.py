"""A device whose rules ask: a menu of two divisions, then a rule for everybody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from helpdesk import clock
from helpdesk.actions.rules import NewRule, add_rule
from helpdesk.database import fetch
from helpdesk.shapes.conversations import ConversationOut
from helpdesk.shapes.rules import AlwaysCondition, Choice, Condition, MenuCondition, RuleOut
from tests.factories import AccountUnderTest, DeviceUnderTest, make_device, make_division, receive

NOW = clock.now()
LATER = timedelta(seconds=30)
"""Past the moment in which nothing counts as a wrong answer."""


@dataclass(frozen=True)
class Shop:
    """The device, its divisions, the rule that asks and the one after it."""

    account: AccountUnderTest
    device: DeviceUnderTest
    sales: UUID
    care: UUID
    rest: UUID
    menu: RuleOut

    async def write(self, text: str, *, at: datetime = NOW, **fields: Any) -> ConversationOut:
        """Let the customer write, and return how the conversation stands then."""
        line = await receive(self.account, self.device, text=text, now=at, **fields)
        return line.conversation

    async def sent(self) -> list[str]:
        """Return what the system sent, oldest first: the text, or the poll's question."""
        sql = """
            select coalesce(nullif(m.text, ''), m.poll->>'name') from message m
            join outbox o on o.account_id = m.account_id and o.message_id = m.id
            where m.account_id = $1 and m.sender_kind = 'system' order by m.number
        """
        async with self.account.reading() as session:
            return [row[0] for row in await fetch(session, sql, self.account.id)]


async def add(
    account: AccountUnderTest, device: DeviceUnderTest, condition: Condition, **fields: Any
) -> RuleOut:
    """Add a rule of this condition."""
    new = NewRule(**{"device_id": device.id, "name": "R", "condition": condition} | fields)
    async with account.work() as work:
        return await add_rule(work, new, now=NOW)


def menu_of(*divisions: UUID, **fields: Any) -> MenuCondition:
    """A menu whose choices are Sales and Care, in this order, or A, B, C."""
    labels = ("Sales", "Care") if len(divisions) == 2 else "ABCDEFGHIJ"
    choices = [
        Choice(label=label, division_id=division)
        for label, division in zip(labels, divisions, strict=False)
    ]
    return MenuCondition(**{"text": "Which?", "choices": choices} | fields)


async def open_shop(account: AccountUnderTest, *, has_rest: bool = True, **device: Any) -> Shop:
    """Make the device, its divisions and its rules."""
    number = await make_device(account, **device)
    sales, care, rest = [
        await make_division(account, name=name) for name in ("Sales", "Care", "Rest")
    ]
    menu = await add(account, number, menu_of(sales, care))
    if has_rest:
        await add(account, number, AlwaysCondition(), division_id=rest)
    return Shop(account, number, sales, care, rest, menu)
