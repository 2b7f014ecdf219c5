"""Templates: their shortcuts, what they may hold, and how they read in a conversation."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.reply import Draft, reply
from helpdesk.actions.templates import (
    Preview,
    TemplateDraft,
    add_template,
    change_template,
    preview_template,
    remove_template,
)
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.queries.templates import get_template, list_templates
from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.setup import TemplateOut
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    body_of,
    make_agent,
    make_conversation,
    make_device,
    make_division,
    make_file,
)

NOW = clock.now()
MONAS = Location(latitude=-6.1754, longitude=106.8272)
LUNCH = Poll(name="Lunch", choices=["Soto", "Rawon"])


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account)


async def add(account: AccountUnderTest, **fields: Any) -> TemplateOut:
    draft = TemplateDraft(**{"name": "Hello", "shortcut": "hello", "text": "Hello"} | fields)
    async with account.work() as work:
        return await add_template(work, draft, now=NOW)


async def change(account: AccountUnderTest, id_: UUID, **changes: Any) -> TemplateOut:
    async with account.work() as work:
        return await change_template(work, id_, changes, now=NOW)


async def preview(
    account: AccountUnderTest,
    template: TemplateOut,
    conversation: UUID,
    actor: Actor,
    **blanks: str,
) -> Preview:
    async with account.reading() as session:
        return await preview_template(session, actor, template.id, conversation, blanks, now=NOW)


async def test_added_template_is_told_to_everybody(account: AccountUnderTest) -> None:
    division = await make_division(account)
    added = await add(account, location=MONAS, division_ids=[division])
    [event] = await account.events()
    assert (event.type, event.audience) == ("template.changed", Audience.EVERYBODY)
    assert body_of(event)["template"]["location"]["latitude"] == MONAS.latitude
    async with account.reading() as session:
        assert await get_template(session, account.id, added.id) == added
    assert added.division_ids == [division]


async def test_shortcut_is_unique_whatever_its_case(account: AccountUnderTest) -> None:
    await add(account, shortcut="hello")
    with pytest.raises(Conflict) as refused:
        await add(account, shortcut="HELLO")
    assert refused.value.facts["errors"] == {"shortcut": "In use. Give another one."}


async def test_of_two_templates_with_one_shortcut_at_once_one_is_added(
    account: AccountUnderTest,
) -> None:
    outcomes = await asyncio.gather(*(add(account) for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 4
    async with account.reading() as session:
        assert len(await list_templates(session, account.id)) == 1


async def test_shortcut_of_a_removed_template_is_free(account: AccountUnderTest) -> None:
    first = await add(account)
    async with account.work() as work:
        await remove_template(work, first.id, now=NOW)
    assert (await add(account)).shortcut == first.shortcut
    removed = (await account.events("template.changed"))[1]
    assert body_of(removed)["template"]["is_deleted"] is True


async def test_accounts_do_not_share_shortcuts(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    await add(account)
    assert await add(other_account)


async def test_changed_shortcut_may_not_be_anothers_but_its_own(account: AccountUnderTest) -> None:
    first = await add(account)
    await add(account, shortcut="bye")
    assert (await change(account, first.id, shortcut="Hello")).shortcut == "Hello"
    with pytest.raises(Conflict):
        await change(account, first.id, shortcut="BYE")


async def test_change_leaves_what_it_does_not_name(account: AccountUnderTest) -> None:
    division = await make_division(account)
    first = await add(account, location=MONAS, division_ids=[division])
    changed = await change(account, first.id, location=None, poll=LUNCH)
    assert (changed.text, changed.location, changed.poll) == (first.text, None, LUNCH)
    assert changed.division_ids == [division]
    assert (await change(account, first.id, division_ids=[])).division_ids == []


async def test_file_is_attached(account: AccountUnderTest) -> None:
    file = await make_file(account)
    added = await add(account, text="", media_id=file)
    assert added.attachment
    assert added.attachment.id == file


@pytest.mark.parametrize(
    "fields",
    [
        {"text": " "},
        {"location": MONAS, "poll": LUNCH},
        {"poll": Poll(name="Lunch", choices=["Soto"])},
        {"poll": Poll(name="Lunch", choices=["Soto"] * 13)},
        {"poll": Poll(name="", choices=["Soto", "Rawon"])},
        {"poll": Poll(name="Lunch", choices=["Soto", " "])},
    ],
    ids=["empty", "two extras", "one choice", "13 choices", "no question", "empty choice"],
)
async def test_template_that_cannot_be_sent_is_refused(
    account: AccountUnderTest, fields: dict[str, Any]
) -> None:
    with pytest.raises(InputError):
        await add(account, **fields)


async def test_misspelled_variable_is_refused_when_it_is_saved(account: AccountUnderTest) -> None:
    with pytest.raises(InputError) as refused:
        await add(account, text="Hi {contct.name}")
    said = refused.value.facts["errors"]
    assert said == {
        "text": "There is no variable {contct.name}. Give one of {contact.name}, {agent.name}, "
        "{device.name}, {division.name}, {time.greeting}."
    }
    template = await add(account, text="Hi {contact.name}")
    with pytest.raises(InputError):
        await change(account, template.id, text="Hi {contact.nmae}")


async def test_change_may_not_empty_a_template(account: AccountUnderTest) -> None:
    template = await add(account)
    with pytest.raises(InputError):
        await change(account, template.id, text="")


async def test_file_that_was_not_fetched_is_refused(account: AccountUnderTest) -> None:
    due = await make_file(account, state="due", path=None)
    with pytest.raises(InputError):
        await add(account, media_id=due)


async def test_things_of_another_account_are_not_found(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    foreign = await add(other_account)
    for fields in (
        {"media_id": await make_file(other_account)},
        {"division_ids": [await make_division(other_account)]},
    ):
        with pytest.raises(NotFound):
            await add(account, **fields)
    with pytest.raises(NotFound):
        await change(account, foreign.id, name="Ours")
    with pytest.raises(NotFound):
        async with account.work() as work:
            await remove_template(work, foreign.id, now=NOW)


async def test_preview_fills_names_and_given_blanks_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    text = "{contact.name}/{agent.name}/{device.name}/{division.name}/{?order}/{nothing}"
    template = await add(account, text=text)
    division = await make_division(account)
    agent = await make_agent(account, device, division_id=division)
    talk = await make_conversation(account, device, name="{?order}", division_id=division)
    filled = await preview(account, template, talk.id, agent, order="{agent.name}")
    assert filled.text == "{?order}/Ani/Shop/Sales/{agent.name}/{nothing}"
    assert filled.blanks == ["order"]


async def test_blank_that_is_not_given_stays_visible(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account, text="Order {?number} of {?day}")
    talk = await make_conversation(account, device)
    filled = await preview(account, template, talk.id, account.supervisor, number="7", day=" ")
    assert filled == Preview("Order 7 of {?day}", ["number", "day"])


async def test_answer_says_what_the_preview_said(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account, text="{time.greeting} {contact.name}, {?order}")
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, name="Budi", assignee=agent)
    filled = await preview(account, template, talk.id, agent, order="7")
    draft = Draft(client_id=uuid4(), template_id=template.id, blanks={"order": "7"})
    async with account.work() as work:
        replied = await reply(work, agent, talk.id, draft, now=NOW)
    assert replied.message.text == filled.text


async def test_answer_to_somebody_unnamed_takes_a_given_name_and_else_leaves_it_out(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account, text="Hello {contact.name}!")
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, name="", assignee=agent)
    said = []
    for blanks in ({"contact.name": "Budi"}, {}):
        draft = Draft(client_id=uuid4(), template_id=template.id, blanks=blanks)
        async with account.work() as work:
            said.append((await reply(work, agent, talk.id, draft, now=NOW)).message.text)
    assert said == ["Hello Budi!", "Hello !"]


async def test_preview_of_a_conversation_out_of_sight_is_not_found(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account)
    talk = await make_conversation(account, device)
    with pytest.raises(NotFound):
        await preview(account, template, talk.id, await make_agent(account, device))


async def test_template_of_another_division_is_not_found_in_a_conversation(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account, division_ids=[await make_division(account)])
    talk = await make_conversation(
        account, device, division_id=await make_division(account, name="Other")
    )
    with pytest.raises(NotFound):
        await preview(account, template, talk.id, account.supervisor)


async def answer(account: AccountUnderTest, conversation: UUID, agent: Actor, draft: Draft) -> None:
    async with account.work() as work:
        await reply(work, agent, conversation, draft, now=NOW)


async def uses(account: AccountUnderTest, template: TemplateOut) -> int:
    async with account.reading() as session:
        found = await get_template(session, account.id, template.id)
    assert bool(found.uses) == (found.last_used_at == NOW)
    return found.uses


async def test_every_message_made_with_a_template_counts_once(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    sent, typed, idle = [await add(account, shortcut=name) for name in ("a", "b", "c")]
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, assignee=agent)
    both = Draft(client_id=uuid4(), template_id=sent.id, used_template_ids=[typed.id, sent.id])
    for draft in (both, both, Draft(text="Hi", used_template_ids=[typed.id, uuid4()])):
        await answer(account, talk.id, agent, draft)
    assert [await uses(account, each) for each in (sent, typed, idle)] == [1, 2, 0]


async def test_an_answer_that_is_refused_counts_nothing(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    template = await add(account)
    talk = await make_conversation(account, device, assignee=await make_agent(account, device))
    with pytest.raises(Conflict):
        await answer(account, talk.id, account.supervisor, Draft(template_id=template.id))
    assert await uses(account, template) == 0


async def test_uses_at_once_are_all_counted_and_make_no_event_of_the_template(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    templates = [await add(account, shortcut=f"t{n}") for n in range(3)]
    agent = await make_agent(account, device)
    used = [template.id for template in templates]
    drafts = [Draft(text="Hi", used_template_ids=order) for order in (used, used[::-1])] * 5
    talks = [
        await make_conversation(account, device, number=f"628555{n:05}", assignee=agent)
        for n in range(len(drafts))
    ]
    await asyncio.gather(
        *(answer(account, each.id, agent, draft) for each, draft in zip(talks, drafts, strict=True))
    )
    assert [await uses(account, template) for template in templates] == [10, 10, 10]
    assert len(await account.events("template.changed")) == 3


async def test_a_template_of_another_account_is_not_counted(
    account: AccountUnderTest, other_account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    foreign = await add(other_account)
    agent = await make_agent(account, device)
    talk = await make_conversation(account, device, assignee=agent)
    await answer(account, talk.id, agent, Draft(text="Hi", used_template_ids=[foreign.id]))
    assert await uses(other_account, foreign) == 0
