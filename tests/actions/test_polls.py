"""Polls: what was asked is stored once, and each person's last vote counts."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from helpdesk import clock
from helpdesk.actions.outgoing import Content
from helpdesk.actions.send import Send, send_to_addresses
from helpdesk.errors import NotFound
from helpdesk.queries.polls import find_poll, list_polls, list_votes
from helpdesk.shapes.messages import Poll
from helpdesk.shapes.polls import PollOut, VoteOut
from tests.factories import AccountUnderTest, DeviceUnderTest, make_device, receive

NOW = clock.now()
RINA, JOKO = "6285550001", "6285550002"
COLORS = Poll(name="Which color?", choices=["Red", "Blue", "Green"])
MANY = Poll(name="Which days?", choices=["Mon", "Tue", "Wed"], is_multiple=True)


@pytest.fixture
async def device(account: AccountUnderTest) -> DeviceUnderTest:
    return await make_device(account, is_group_routed=True)


async def ask(
    account: AccountUnderTest, device: DeviceUnderTest, poll: Poll, *numbers: str
) -> list[UUID]:
    """Send a poll to numbers; returns the messages."""
    sends = [
        Send(
            sender=device.actor.out(),
            device_id=device.id,
            address=number,
            content=Content(poll=poll),
            due_at=NOW,
        )
        for number in numbers
    ]
    async with account.work() as work:
        sent = await send_to_addresses(work, sends, now=NOW)
    return [each.message.id for each in sent]


async def vote(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    number: str,
    *choices: str,
    name: str = "Which color?",
    **fields: Any,
) -> UUID:
    """Let a customer vote as Fonnte tells it: the question, and what was chosen."""
    poll = {"name": name, "choices": list(choices)}
    kind = {"kind": "poll_vote", "text": "", "poll": poll, "choices": list(choices)}
    return (await receive(account, device, number=number, **kind, **fields)).message.id


async def polls(account: AccountUnderTest) -> list[PollOut]:
    async with account.reading() as session:
        return await list_polls(session, account.id, limit=50)


async def votes(account: AccountUnderTest, poll: UUID) -> list[VoteOut]:
    async with account.reading() as session:
        return await list_votes(session, account.id, poll, limit=50)


def counts(poll: PollOut) -> dict[str, int]:
    return {each.choice: each.votes for each in poll.results}


async def test_the_same_question_to_many_is_one_poll(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, COLORS, RINA, JOKO)
    await ask(account, device, COLORS, RINA)
    await ask(account, device, MANY, RINA)
    found = {poll.name: poll for poll in await polls(account)}
    assert (found["Which color?"].asked, found["Which days?"].asked) == (3, 1)
    assert counts(found["Which color?"]) == {"Red": 0, "Blue": 0, "Green": 0}


async def test_votes_are_counted_by_choice_and_person(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, COLORS, RINA, JOKO)
    await vote(account, device, RINA, "Red")
    await vote(account, device, JOKO, "Red")
    [poll] = await polls(account)
    assert (counts(poll), poll.voters) == ({"Red": 2, "Blue": 0, "Green": 0}, 2)
    listed = await votes(account, poll.id)
    assert {(each.number, tuple(each.choices)) for each in listed} == {
        (RINA, ("Red",)),
        (JOKO, ("Red",)),
    }


async def test_a_later_vote_replaces_the_one_before_and_none_takes_it_back(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, COLORS, RINA)
    await vote(account, device, RINA, "Red")
    last = await vote(account, device, RINA, "Blue")
    [poll] = await polls(account)
    assert counts(poll) == {"Red": 0, "Blue": 1, "Green": 0}
    assert [each.message_id for each in await votes(account, poll.id)] == [last]
    await vote(account, device, RINA)
    [poll] = await polls(account)
    assert (poll.voters, await votes(account, poll.id)) == (0, [])


async def test_of_several_choices_the_last_set_counts(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, MANY, RINA)
    await vote(account, device, RINA, "Mon", "Tue", name="Which days?")
    await vote(account, device, RINA, "Tue", "Wed", name="Which days?")
    [poll] = await polls(account)
    assert (counts(poll), poll.voters) == ({"Mon": 0, "Tue": 1, "Wed": 1}, 1)


async def test_a_vote_without_a_question_belongs_to_the_last_poll_with_its_choice(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, COLORS, RINA)
    await ask(account, device, MANY, RINA)
    await vote(account, device, RINA, "Red", name="")
    assert {poll.name: poll.voters for poll in await polls(account)} == {
        "Which color?": 1,
        "Which days?": 0,
    }


async def test_votes_in_what_was_never_asked_count_nowhere(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    await ask(account, device, COLORS, RINA)
    await vote(account, device, JOKO, "Red")
    await vote(account, device, RINA, "Red", name="Which car?")
    await vote(account, device, RINA, "Pink")
    [poll] = await polls(account)
    assert poll.voters == 0


async def test_members_of_a_group_vote_each_for_themselves(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    group = "120363000000000001@g.us"
    await ask(account, device, COLORS, group)
    for member, choice in ((RINA, "Red"), (JOKO, "Blue")):
        await vote(account, device, group, choice, member=member)
    [poll] = await polls(account)
    assert (poll.voters, counts(poll)) == (2, {"Red": 1, "Blue": 1, "Green": 0})


async def test_a_poll_is_found_by_its_own_id_and_by_those_of_its_messages(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    [asked] = await ask(account, device, COLORS, RINA)
    voted = await vote(account, device, RINA, "Red")
    [poll] = await polls(account)
    async with account.reading() as session:
        for id_ in (poll.id, asked, voted):
            assert await find_poll(session, account.id, id_) == poll
        with pytest.raises(NotFound):
            await find_poll(session, account.id, uuid4())


async def test_polls_come_in_pages_newest_first(
    account: AccountUnderTest, device: DeviceUnderTest
) -> None:
    for number in range(3):
        await ask(account, device, Poll(name=f"Question {number}?", choices=["A", "B"]), RINA)
    async with account.reading() as session:
        first = await list_polls(session, account.id, limit=2)
        after = (first[-1].asked_at, first[-1].id)
        rest = await list_polls(session, account.id, after=after, limit=2)
        other = await list_polls(session, account.id, device_id=uuid4(), limit=2)
    assert len({poll.id for poll in first + rest}) == 3
    assert other == []
