"""Rules: their order, their words, and where a text goes."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest

from helpdesk import clock
from helpdesk.actions.rules import NewRule, add_rule, change_rule, remove_rule
from helpdesk.actions.try_rules import Trial, try_rules
from helpdesk.audiences import Audience
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.rules import get_rule, list_rules
from helpdesk.shapes.rules import AlwaysCondition, RuleOut, TextCondition
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_device,
    make_division,
    receive,
)

NOW = clock.now()


class Place(NamedTuple):
    """Where a text goes, by which rule."""

    division_id: UUID | None
    rule_id: UUID | None = None


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


@pytest.fixture
async def sales(account: AccountUnderTest) -> UUID:
    return await make_division(account)


async def add(
    account: AccountUnderTest, device_id: UUID, division: UUID, *words: str, **fields: Any
) -> RuleOut:
    """A rule for the words, or for every text where there are none."""
    condition = TextCondition(words=list(words)) if words else AlwaysCondition()
    new = NewRule(
        **{"name": "R", "device_id": device_id, "division_id": division, "condition": condition}
        | fields
    )
    async with account.work() as work:
        return await add_rule(work, new, now=NOW)


async def change(account: AccountUnderTest, id_: UUID, **changes: Any) -> RuleOut:
    async with account.work() as work:
        return await change_rule(work, id_, changes, now=NOW)


async def route(account: AccountUnderTest, device: DeviceUnderTest, text: str) -> Place:
    trial = Trial(device_id=device.id, text=text, at=NOW)
    async with account.reading() as session:
        tried = await try_rules(session, account.supervisor, trial)
    return Place(tried.division_id, tried.rule_id)


async def test_added_rule_is_told_to_supervisors_alone(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    added = await add(account, device.id, sales, "price")
    [event] = await account.events()
    assert (event.type, event.audience) == ("rule.changed", Audience.EVERYBODY)
    assert body_of(event)["rule"]["condition"] == {"type": "text_contains", "words": ["price"]}
    async with account.reading() as session:
        assert await get_rule(session, account.id, added.id) == added


async def test_rule_without_a_position_comes_after_the_last_one(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    other = await make_device(account, number="6281100000002")
    await add(account, other.id, sales, position=70)
    positions = [
        (await add(account, device.id, sales)).position,
        (await add(account, device.id, sales, position=9)).position,
        (await add(account, device.id, sales)).position,
    ]
    assert positions == [0, 9, 10]


@pytest.mark.parametrize("words", [[], ["a"] * 51, [""], [" "], ["a" * 101]])
async def test_words_that_cannot_be_used_are_refused(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID, words: list[str]
) -> None:
    rule = await add(account, device.id, sales)
    with pytest.raises(InputError):
        await add(account, device.id, sales, condition=TextCondition(words=words))
    with pytest.raises(InputError):
        await change(account, rule.id, condition=TextCondition(words=words))


async def test_things_of_another_account_are_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    foreign_device = await make_device(other_account, number="6281100000009")
    foreign_division = await make_division(other_account)
    foreign_rule = await add(other_account, foreign_device.id, foreign_division)
    own = await add(account, device.id, sales)
    for attempt in (
        add(account, foreign_device.id, sales),
        add(account, device.id, foreign_division),
        change(account, own.id, device_id=foreign_device.id),
        change(account, own.id, division_id=foreign_division),
        change(account, foreign_rule.id, name="Ours"),
        route(account, foreign_device, "Hi"),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotFound):
        async with account.work() as work:
            await remove_rule(work, foreign_rule.id, now=NOW)


async def test_changed_rule_is_told(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    rule = await add(account, device.id, sales, "price")
    support = await make_division(account, name="Support")
    changed = await change(account, rule.id, division_id=support, condition=AlwaysCondition())
    assert (changed.division_id, changed.condition) == (support, AlwaysCondition())
    assert body_of((await account.events())[-1])["rule"]["division_id"] == str(support)


async def test_change_of_nothing_tells_nothing(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    rule = await add(account, device.id, sales)
    assert await change(account, rule.id) == rule
    assert len(await account.events()) == 1


async def test_removed_rule_no_longer_leads_anywhere(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    rule = await add(account, device.id, sales)
    async with account.work() as work:
        await remove_rule(work, rule.id, now=NOW)
    assert await route(account, device, "Hi") == Place(None)
    assert body_of((await account.events())[-1])["rule"]["is_deleted"] is True
    with pytest.raises(NotFound):
        await change(account, rule.id, name="Again")


async def test_first_enabled_rule_that_matches_leads(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    support = await make_division(account, name="Support")
    await add(account, device.id, sales, "price", enabled=False)
    words = await add(account, device.id, support, "PRICE", "cost")
    always = await add(account, device.id, sales)
    assert await route(account, device, "what price?") == Place(support, words.id)
    assert await route(account, device, "hello") == Place(sales, always.id)


async def test_message_goes_where_the_trial_said(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    support = await make_division(account, name="Support")
    await add(account, device.id, sales, "price")
    await add(account, device.id, support)
    tried = await route(account, device, "The Price please")
    line = await receive(account, device, text="The Price please")
    assert line.conversation.division_id == tried.division_id == sales
    [routed] = await account.events("conversation.routed")
    assert body_of(routed)["rule_id"] == str(tried.rule_id)


async def test_trial_changes_nothing(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    await add(account, device.id, sales)
    await route(account, device, "Hi")
    assert len(await account.events()) == 1


async def test_rules_are_listed_page_by_page_in_the_order_of_trial(
    account: AccountUnderTest, device: DeviceUnderTest, sales: UUID
) -> None:
    made = [await add(account, device.id, sales, position=place) for place in (5, 1, 1)]
    other = await make_device(account, number="6281100000002")
    await add(account, other.id, sales, position=0)
    async with account.reading() as session:
        first = await list_rules(session, account.id, device_id=device.id, limit=2)
        after = (first[-1].position, first[-1].id)
        second = await list_rules(session, account.id, device_id=device.id, after=after)
        everything = await list_rules(session, account.id)
    assert first + second == sorted(made, key=lambda rule: (rule.position, rule.id))
    assert len(everything) == 4
