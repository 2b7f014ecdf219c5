"""Events: named alike, encoded once, framed for each reader without encoding again."""

import json
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import clock, events
from helpdesk.audiences import Audience
from helpdesk.event_subjects import contact_of, conversation_of
from helpdesk.events import (
    AnyEvent,
    ContactUpdated,
    ConversationAssigned,
    EventRow,
    encode,
    type_of,
)
from helpdesk.shapes.conversations import ContactRef, ConversationOut, DeviceRef
from helpdesk.shapes.messages import ActorOut
from tests.factories import contact_out

NOW = clock.now()
ANI, BUDI, SALES, SUPPORT = (UUID(int=n) for n in range(1, 5))
PAST = r"(ed|sent|read|assigned|unknown|undone)"


def conversation(*, owner: UUID | None = None, division: UUID | None = None) -> ConversationOut:
    """A conversation of this owner and division."""
    return ConversationOut(
        id=UUID(int=9),
        contact=ContactRef(
            id=UUID(int=10), name="Sita", number="62855", labels=[], is_blocked=False
        ),
        device=DeviceRef(id=UUID(int=11), number="62811"),
        division_id=division,
        assignee_id=owner,
        status="assigned" if owner else "waiting",
        unread=0,
        received=0,
        last_message=None,
        waiting_since=None,
        labels=[],
        menu=None,
        snoozed_until=None,
        opened_at=NOW,
        resolved_at=None,
    )


def contact_event(name: str) -> ContactUpdated:
    """A contact got this name."""
    contact = contact_out(
        id=UUID(int=10), kind="person", number="62855", name=name, labels=[], created_at=NOW
    )
    return ContactUpdated(at=NOW, contact=contact)


def row(body: str, type_: str = "contact.updated") -> EventRow:
    """The stored event with this body."""
    return EventRow(
        account_id=UUID(int=7),
        seq=12,
        type=type_,
        at=NOW,
        body=body,
        conversation_id=UUID(int=9),
        contact_id=UUID(int=10),
        audience=Audience.EVERYBODY,
    )


def test_every_type_is_a_noun_and_what_happened_and_none_is_used_twice() -> None:
    found = list(events.types())
    assert len(set(found)) == len(found) == len(AnyEvent.__args__)
    for type_ in found:
        noun, _, happened = type_.partition(".")
        assert noun in {
            "message", "note", "conversation", "contact", "device", "agent", "division", "template",
            "rule", "label", "field", "rotator", "webhook", "autoreply", "broadcast",
        }  # fmt: skip
        assert re.fullmatch(rf"[a-z]*{PAST}", happened), type_


def test_every_class_of_the_module_that_has_a_tag_is_in_the_closed_set() -> None:
    tagged = {
        each
        for each in vars(events).values()
        if isinstance(each, type) and issubclass(each, events.Event)
        and "." in str(each.__struct_config__.tag)
    }  # fmt: skip
    assert tagged == set(AnyEvent.__args__)


@given(st.text(), st.integers(0, 2**53))
def test_a_frame_is_the_stored_text_with_its_place_in_front(name: str, prev: int) -> None:
    event = contact_event(name)
    frame = json.loads(row(encode(event)).frame(prev))
    assert (frame.pop("seq"), frame.pop("prev")) == (12, prev)
    assert frame == json.loads(encode(event))
    assert frame["type"] == type_of(event)
    assert frame["contact"]["name"] == name


def test_a_removal_tells_the_place_and_nothing_of_the_content() -> None:
    frame = json.loads(row(encode(contact_event("Sita"))).removal(11))
    assert frame.keys() == {"seq", "prev", "type", "at", "conversation_id", "is_removed"}
    assert (frame["seq"], frame["prev"], frame["is_removed"]) == (12, 11, True)


def test_an_event_knows_its_conversation_and_its_contact() -> None:
    assigned = ConversationAssigned(
        at=NOW,
        conversation_id=UUID(int=9),
        conversation=conversation(owner=ANI),
        by=ActorOut(kind="system", id=None, name=""),
        turn_id=None,
    )
    assert (conversation_of(assigned), contact_of(assigned)) == (UUID(int=9), UUID(int=10))
    assert contact_of(contact_event("Sita")) == UUID(int=10)
    assert conversation_of(contact_event("Sita")) is None


@pytest.mark.parametrize(
    ("before", "after", "former_agents", "former_divisions"),
    [
        (None, (ANI, SALES), set(), set()),
        ((ANI, SALES), (ANI, SALES), set(), set()),
        ((ANI, SALES), (BUDI, SALES), {ANI}, set()),
        ((ANI, SALES), (BUDI, SUPPORT), {ANI}, {SALES}),
        ((ANI, SALES), (None, SALES), {ANI}, set()),
    ],
)
def test_an_audience_is_who_was_concerned_after_and_before(
    before: tuple[UUID | None, UUID] | None,
    after: tuple[UUID | None, UUID],
    former_agents: set[UUID],
    former_divisions: set[UUID],
) -> None:
    audience = Audience.of(
        conversation(owner=after[0], division=after[1]),
        conversation(owner=before[0], division=before[1]) if before else None,
    )
    assert audience.agent_ids == ({after[0]} if after[0] else set())
    assert audience.division_ids == {after[1]}
    assert audience.former_agent_ids == former_agents
    assert audience.former_division_ids == former_divisions


def test_an_audience_of_nothing_is_the_supervisors() -> None:
    assert Audience.of(None) == Audience.SUPERVISORS
