"""Fields of contacts: which names and values fit, what is told, and how a field goes."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.contacts import fill_contact
from helpdesk.actions.fields import NewField, add_field, change_field, read_value, remove_field
from helpdesk.actions.templates import Preview, TemplateDraft, add_template, preview_template
from helpdesk.actors import Actor
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.queries.contacts import get_contact
from helpdesk.queries.fields import list_fields
from helpdesk.shapes.contacts import FieldOut
from helpdesk.shapes.conversations import ContactOut
from helpdesk.shapes.words import FieldKind
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_agent,
    make_conversation,
    make_device,
)

NOW = clock.now()


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def add(
    account: AccountUnderTest,
    name: str = "Tier",
    kind: FieldKind = "text",
    choices: Sequence[str] = (),
) -> FieldOut:
    async with account.work() as work:
        return await add_field(work, NewField(name=name, kind=kind, choices=choices), now=NOW)


async def fill(
    account: AccountUnderTest, id_: UUID, values: dict[UUID, str], *, actor: Actor | None = None
) -> ContactOut:
    async with account.work() as work:
        return await fill_contact(work, actor or account.supervisor, id_, values, now=NOW)


async def test_fields_stand_in_their_order(account: AccountUnderTest) -> None:
    tier, city = await add(account), await add(account, "City")
    async with account.work() as work:
        await change_field(work, tier.id, {"position": 9}, now=NOW)
    async with account.reading() as session:
        assert [each.id for each in await list_fields(session, account.id)] == [city.id, tier.id]
    assert [event.type for event in await account.events()] == ["field.changed"] * 3


@pytest.mark.parametrize("name", ["", "  ", "Number", "labels", "a{b"])
async def test_name_that_could_not_be_told_apart_is_refused(
    account: AccountUnderTest, name: str
) -> None:
    with pytest.raises(InputError) as refused:
        await add(account, name)
    assert "name" in refused.value.facts["errors"]


async def test_name_is_its_own_in_the_account_whatever_its_case(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    await add(account)
    await add(other_account)
    with pytest.raises(Conflict):
        await add(account, "tier ")


@pytest.mark.parametrize(
    ("kind", "choices"),
    [("choice", []), ("choice", ["A", " a"]), ("choice", [""]), ("text", ["A"])],
)
async def test_choices_belong_to_a_choice_and_differ(
    account: AccountUnderTest, kind: FieldKind, choices: list[str]
) -> None:
    with pytest.raises(InputError) as refused:
        await add(account, "Tier", kind, choices)
    assert "choices" in refused.value.facts["errors"]


def field(kind: FieldKind) -> FieldOut:
    """Return a field that is stored nowhere."""
    choices = ["Gold", "Silver"] if kind == "choice" else []
    return FieldOut(id=uuid4(), name="F", kind=kind, choices=choices, position=1, is_deleted=False)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", " Bandung ", "Bandung"),
        ("text", " ", ""),
        ("number", "-12.50", "-12.50"),
        ("date", "2026-02-28", "2026-02-28"),
        ("choice", "gold", "Gold"),
    ],
)
def test_value_that_fits_is_kept(kind: FieldKind, text: str, kept: str) -> None:
    assert read_value(field(kind), text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "x" * 1001),
        ("number", "12,5"),
        ("number", "1e9"),
        ("number", "\u0661"),
        ("date", "2026-02-30"),
        ("date", "28/02/2026"),
        ("choice", "Bronze"),
    ],
)
def test_value_that_does_not_fit_is_refused(kind: FieldKind, text: str) -> None:
    with pytest.raises(ValueError, match="Give"):
        read_value(field(kind), text)


async def test_every_value_that_does_not_fit_is_named(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    born, foreign = await add(account, "Born", "date"), await add(other_account)
    talk = await make_conversation(account, device)
    with pytest.raises(InputError) as refused:
        await fill(account, talk.contact.id, {born.id: "soon", foreign.id: "Gold"})
    assert refused.value.facts["errors"] == {
        f"fields.{born.id}": "Give a day such as 2026-01-31.",
        f"fields.{foreign.id}": "There is no such field.",
    }


async def test_values_are_filled_in_and_taken_away_one_by_one(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    tier, city = await add(account), await add(account, "City")
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, assignee=agent)
    hidden = await make_conversation(account, device, number="6285550002")
    await fill(account, talk.contact.id, {tier.id: "Gold", city.id: "Bogor"}, actor=agent)
    after = await fill(account, talk.contact.id, {tier.id: ""}, actor=agent)
    assert after.fields == {city.id: "Bogor"}
    with pytest.raises(NotFound):
        await fill(account, hidden.contact.id, {tier.id: "Gold"}, actor=agent)


async def test_removed_field_leaves_every_contact(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    tier = await add(account)
    talk = await make_conversation(account, device)
    async with account.work() as work:
        await fill_contact(work, account.supervisor, talk.contact.id, {tier.id: "A"}, now=NOW)
        removal = asyncio.create_task(remove(account, tier))
        await asyncio.sleep(0.1)
        assert not removal.done()
    await removal
    async with account.reading() as session:
        contact = await get_contact(session, account.supervisor, talk.contact.id)
        assert contact.fields == {}
        assert await list_fields(session, account.id) == []
    await add(account)


async def remove(account: AccountUnderTest, field: FieldOut) -> None:
    async with account.work() as work:
        await remove_field(work, field.id, now=NOW)


async def test_quick_reply_asks_for_the_contacts_value_until_there_is_one(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    tier = await add(account, "Loyalty tier")
    talk = await make_conversation(account, device)
    draft = TemplateDraft(name="T", shortcut="t", text="You are {contact.Loyalty tier}.")
    async with account.work() as work:
        template = await add_template(work, draft, now=NOW)

    async def preview(**blanks: str) -> Preview:
        async with account.reading() as session:
            return await preview_template(
                session, account.supervisor, template.id, talk.id, blanks, now=NOW
            )

    asked = "contact.Loyalty tier"
    assert await preview() == Preview(f"You are {{?{asked}}}.", [asked])
    assert await preview(**{asked: "Silver"}) == Preview("You are Silver.", [asked])
    await fill(account, talk.contact.id, {tier.id: "Gold"})
    assert await preview(**{asked: "Silver"}) == Preview("You are Gold.", [])


async def test_field_that_quick_replies_name_is_neither_renamed_nor_removed(
    account: AccountUnderTest,
) -> None:
    tier = await add(account)
    async with account.work() as work:
        draft = TemplateDraft(name="T", shortcut="t", text="{contact.Tier}")
        await add_template(work, draft, now=NOW)
    with pytest.raises(Conflict) as refused:
        await remove(account, tier)
    assert refused.value.facts["templates"] == 1
    async with account.work() as work:
        with pytest.raises(Conflict):
            await change_field(work, tier.id, {"name": "Level"}, now=NOW)
        await change_field(work, tier.id, {"name": "Tier", "position": 3}, now=NOW)


async def test_field_that_is_not_there_is_no_variable(account: AccountUnderTest) -> None:
    draft = TemplateDraft(name="T", shortcut="t", text="{contact.Tier}")
    with pytest.raises(InputError):
        async with account.work() as work:
            await add_template(work, draft, now=NOW)
