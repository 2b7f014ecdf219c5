"""Divisions: what is told of a change, and where everything goes when one is removed."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.agents import NewAgent, add_agent
from helpdesk.actions.divisions import (
    NewDivision,
    add_division,
    change_division,
    remove_division,
)
from helpdesk.actions.rules import NewRule, add_rule, remove_rule
from helpdesk.actions.templates import TemplateDraft, add_template
from helpdesk.audiences import Audience
from helpdesk.bus import Wake
from helpdesk.errors import Conflict, InputError, NotFound, Unavailable
from helpdesk.queries.agents import get_agent
from helpdesk.queries.conversations import (
    get_conversation,
    lock_conversation,
    store_conversations,
)
from helpdesk.queries.devices import get_device
from helpdesk.queries.divisions import find_division, get_division, list_divisions
from helpdesk.queries.rules import list_rules
from helpdesk.queries.templates import get_template
from helpdesk.shapes.rules import AlwaysCondition, Choice, MenuCondition
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
)

NOW = clock.now()


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account, name="Sales")


@pytest.fixture
async def support(account: AccountUnderTest) -> UUID:
    return await make_division(account, name="Support")


async def remove(account: AccountUnderTest, division: UUID, to: UUID | None = None) -> None:
    async with account.work() as work:
        await remove_division(work, account.supervisor, division, reassign_to=to, now=NOW)


async def test_added_division_is_told_to_everybody(account: AccountUnderTest) -> None:
    async with account.work() as work:
        made = await add_division(work, NewDivision(name="Sales", limit=3), now=NOW)
    [event] = await account.events()
    assert (event.type, event.audience) == ("division.changed", Audience.EVERYBODY)
    assert body_of(event)["division"]["id"] == str(made.id)
    async with account.reading() as session:
        assert await list_divisions(session, account.id) == [made]


async def test_changed_division_wakes_what_waits(
    account: AccountUnderTest, sales: UUID, wakes: list[Wake]
) -> None:
    async with account.work() as work:
        changed = await change_division(work, sales, {"agent_limit": 2}, now=NOW)
    assert changed.limit == 2
    assert wakes[-1].topics == {"waiting"}
    assert [event.type for event in await account.events()] == ["division.changed"]


async def test_change_of_nothing_tells_nothing(account: AccountUnderTest, sales: UUID) -> None:
    async with account.work() as work:
        unchanged = await change_division(work, sales, {}, now=NOW)
    assert unchanged.id == sales
    assert await account.events() == []


async def test_unused_division_is_removed_and_keeps_its_name(
    account: AccountUnderTest, sales: UUID
) -> None:
    await remove(account, sales)
    [event] = await account.events()
    assert body_of(event)["division"]["is_deleted"] is True
    async with account.reading() as session:
        assert await list_divisions(session, account.id) == []
        kept = await find_division(session, account.id, sales)
    assert kept
    assert kept.name == "Sales"


async def test_division_in_use_is_not_removed_and_the_counts_are_named(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    agent = await make_agent(account, device, division_id=sales)
    await make_conversation(account, device, division_id=sales, assignee=agent)
    await make_conversation(account, device, number="6285550002", division_id=sales)
    with pytest.raises(Conflict) as refused:
        await remove(account, sales)
    assert refused.value.facts == {"reason": "in_use", "conversations": 2, "agents": 1, "rules": 0}
    async with account.reading() as session:
        assert not (await get_division(session, account.id, sales)).is_deleted


async def test_open_conversations_are_transferred_with_their_owner_and_place(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    agent = await make_agent(account, device, division_id=sales)
    owned = await make_conversation(account, device, division_id=sales, assignee=agent)
    waiting = await make_conversation(account, device, number="6285550002", division_id=sales)
    await remove(account, sales, support)
    async with account.reading() as session:
        after = [(await get_conversation(session, account.id, c.id)) for c in (owned, waiting)]
    assert [row.division_id for row in after] == [support, support]
    assert [row.status for row in after] == ["assigned", "waiting"]
    assert after[0].assignee_id == agent.id
    assert after[1].waiting_since == waiting.waiting_since


async def test_transfer_is_told_to_both_divisions_as_the_supervisors_doing(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    await make_conversation(account, device, division_id=sales)
    await remove(account, sales, support)
    [event] = await account.events("conversation.transferred")
    assert event.audience == Audience(
        division_ids=frozenset({support}), former_division_ids=frozenset({sales})
    )
    assert body_of(event)["by"]["id"] == str(account.supervisor.id)


async def test_resolved_conversation_stays_in_the_removed_division(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    done = await make_conversation(
        account, device, division_id=sales, status="resolved", resolved_at=NOW
    )
    await remove(account, sales, support)
    async with account.reading() as session:
        assert (await get_conversation(session, account.id, done.id)).division_id == sales
    assert await account.events("conversation.transferred") == []


async def test_agents_move_along_and_their_readers_start_over(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    sales: UUID,
    support: UUID,
    wakes: list[Wake],
) -> None:
    agent = await make_agent(account, device, division_id=sales)
    await remove(account, sales, support)
    async with account.reading() as session:
        assert (await get_agent(session, account.id, agent.id)).division_id == support
    [event] = await account.events("agent.changed")
    assert event.audience == Audience.EVERYBODY
    assert body_of(event)["agent"]["division_id"] == str(support)
    assert {"rights", "waiting"} <= wakes[-1].topics


async def add_references(
    account: AccountUnderTest, device: DeviceUnderTest, division: UUID
) -> UUID:
    """A rule and a template that name the division; returns the template."""
    rule = NewRule(
        device_id=device.id, name="All", condition=AlwaysCondition(), division_id=division
    )
    template = TemplateDraft(name="Hi", shortcut="hi", text="Hi", division_ids=[division])
    async with account.work() as work:
        await add_rule(work, rule, now=NOW)
        return (await add_template(work, template, now=NOW)).id


async def test_rules_defaults_and_templates_name_the_other_division_afterwards(
    account: AccountUnderTest, sales: UUID, support: UUID
) -> None:
    device = await make_device(account, number="6281100000002", default_division_id=sales)
    template = await add_references(account, device, sales)
    await remove(account, sales, support)
    async with account.reading() as session:
        assert (await get_device(session, account.id, device.id)).default_division_id == support
        [rule] = await list_rules(session, account.id)
        assert rule.division_id == support
        assert (await get_template(session, account.id, template)).division_ids == [support]
    told = [event.type for event in await account.events()][2:]
    assert told == ["device.changed", "rule.changed", "template.changed", "division.changed"]


async def test_defaults_are_cleared_and_templates_keep_the_division_that_goes(
    account: AccountUnderTest, sales: UUID
) -> None:
    device = await make_device(account, number="6281100000002", default_division_id=sales)
    template = await add_references(account, device, sales)
    async with account.reading() as session:
        [rule] = await list_rules(session, account.id)
    async with account.work() as work:
        await remove_rule(work, rule.id, now=NOW)
    await remove(account, sales)
    async with account.reading() as session:
        assert (await get_device(session, account.id, device.id)).default_division_id is None
        assert (await get_template(session, account.id, template)).division_ids == [sales]


async def test_division_that_rules_lead_to_is_not_removed_and_they_are_counted(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    await add_references(account, device, sales)
    menu = MenuCondition(
        text="Which?",
        choices=[Choice(label="A", division_id=sales), Choice(label="B", division_id=support)],
    )
    async with account.work() as work:
        await add_rule(work, NewRule(device_id=device.id, name="M", condition=menu), now=NOW)
    with pytest.raises(Conflict) as refused:
        await remove(account, sales)
    assert refused.value.facts["rules"] == 2
    await remove(account, sales, support)
    async with account.reading() as session:
        conditions = [rule.condition for rule in await list_rules(session, account.id)]
    moved = [Choice(label="A", division_id=support), Choice(label="B", division_id=support)]
    assert MenuCondition(text="Which?", choices=moved) in conditions


@pytest.mark.parametrize("target", ["itself", "removed"])
async def test_division_is_not_reassigned_to_one_that_is_going(
    account: AccountUnderTest, sales: UUID, target: str
) -> None:
    gone = await make_division(account, deleted_at=NOW)
    with pytest.raises((InputError, NotFound)):
        await remove(account, sales, sales if target == "itself" else gone)
    async with account.reading() as session:
        assert await get_division(session, account.id, sales)


async def test_division_of_another_account_is_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest, sales: UUID
) -> None:
    foreign = await make_division(other_account)
    with pytest.raises(NotFound):
        await remove(account, foreign)
    with pytest.raises(NotFound):
        await remove(account, sales, foreign)
    with pytest.raises(NotFound):
        async with account.work() as work:
            await change_division(work, foreign, {"name": "Ours"}, now=NOW)


async def test_removal_waits_for_an_agent_that_is_being_added(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    new = NewAgent(name="Ani", device_id=device.id, division_id=sales)
    async with account.work() as work:
        await add_agent(work, account.vault, new, now=NOW)
        removal = asyncio.create_task(remove(account, sales))
        await asyncio.sleep(0.1)
        assert not removal.done()
    with pytest.raises(Conflict):
        await removal


async def test_rule_that_comes_during_the_removal_finds_no_division(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    async with account.work() as work:
        await remove_division(work, account.supervisor, sales, reassign_to=None, now=NOW)
        adding = asyncio.create_task(add_references(account, device, sales))
        await asyncio.sleep(0.1)
        assert not adding.done()
    with pytest.raises(NotFound):
        await adding
    async with account.reading() as session:
        assert await list_rules(session, account.id) == []


async def test_removal_gives_way_to_ingest_that_works_in_the_division(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, support: UUID
) -> None:
    busy = await make_conversation(account, device, division_id=sales)
    new = await make_conversation(account, device, number="6285550002")
    async with account.work() as work:
        await lock_conversation(work.session, account.id, busy.id)
        row = await lock_conversation(work.session, account.id, new.id)
        removal = asyncio.create_task(remove(account, sales, support))
        await asyncio.sleep(0.1)
        row.division_id, row.status = sales, "waiting"
        await store_conversations(work.session, [row])
    with pytest.raises(Unavailable):
        await removal
    async with account.reading() as session:
        assert not (await get_division(session, account.id, sales)).is_deleted
        assert (await get_conversation(session, account.id, new.id)).division_id == sales


async def test_two_divisions_that_are_to_replace_each_other_end_as_one(
    account: AccountUnderTest, sales: UUID, support: UUID
) -> None:
    outcomes: list[Any] = await asyncio.gather(
        remove(account, sales, support), remove(account, support, sales), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [NotFound]
    async with account.reading() as session:
        assert len(await list_divisions(session, account.id)) == 1
