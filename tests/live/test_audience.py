"""Who may see an event: pure, and what of it reaches whose socket."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.events import ContactUpdated, ConversationTransferred, EventRow, encode
from helpdesk.live.audience import Sight, sight
from helpdesk.shapes.conversations import ContactRef, ConversationOut, DeviceRef
from helpdesk.shapes.messages import ActorOut
from helpdesk.whispers import Whisper
from tests.factories import contact_out

ANI, BUDI, SALES, CARE = (uuid4() for _ in range(4))


def agent(id_: UUID = ANI, division: UUID | None = SALES, **fields: Any) -> Actor:
    return Actor(
        account_id=UUID(int=1),
        role="agent",
        kind="agent",
        id=id_,
        name="Ani",
        agent_id=id_,
        division_id=division,
        **fields,
    )


def supervisor(**fields: Any) -> Actor:
    return Actor(
        account_id=UUID(int=1), role="supervisor", kind="user", id=uuid4(), name="Sari", **fields
    )


def talk(assignee: UUID | None = None, division: UUID | None = None) -> ConversationOut:
    return ConversationOut(
        id=uuid4(),
        contact=ContactRef(
            id=uuid4(), name="Customer", number="62855", labels=[], is_blocked=False
        ),
        device=DeviceRef(id=uuid4(), number="62811"),
        division_id=division,
        assignee_id=assignee,
        status="assigned" if assignee else "waiting",
        unread=0,
        received=0,
        last_message=None,
        waiting_since=None,
        labels=[],
        menu=None,
        snoozed_until=None,
        opened_at=clock.now(),
        resolved_at=None,
    )


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (talk(), None, Audience()),
        (talk(ANI), None, Audience(agent_ids=frozenset((ANI,)))),
        (
            talk(ANI, SALES),
            None,
            Audience(agent_ids=frozenset((ANI,)), division_ids=frozenset((SALES,))),
        ),
        (
            talk(BUDI, CARE),
            talk(ANI, SALES),
            Audience(
                agent_ids=frozenset((BUDI,)),
                division_ids=frozenset((CARE,)),
                former_agent_ids=frozenset((ANI,)),
                former_division_ids=frozenset((SALES,)),
            ),
        ),
        (
            talk(ANI, SALES),
            talk(ANI, SALES),
            Audience(agent_ids=frozenset((ANI,)), division_ids=frozenset((SALES,))),
        ),
        (
            talk(None, SALES),
            talk(ANI, SALES),
            Audience(division_ids=frozenset((SALES,)), former_agent_ids=frozenset((ANI,))),
        ),
        (
            talk(ANI, SALES),
            talk(None, None),
            Audience(agent_ids=frozenset((ANI,)), division_ids=frozenset((SALES,))),
        ),
        (None, None, Audience()),
    ],
    ids=["nobody's", "owned", "placed", "moved", "same", "released", "assigned", "no talk"],
)
def test_audience_is_who_is_concerned_after_and_who_was_before(
    after: ConversationOut | None, before: ConversationOut | None, expected: Audience
) -> None:
    assert Audience.of(after, before) == expected


OWNED = Audience.of(talk(ANI, SALES))
RELEASED = Audience.of(talk(None, SALES), talk(ANI, SALES))
MOVED = Audience.of(talk(BUDI, CARE), talk(ANI, SALES))
UNROUTED = Audience.of(talk())


@pytest.mark.parametrize(
    ("who", "audience", "expected"),
    [
        (agent(), OWNED, "whole"),
        (agent(sees="own"), OWNED, "whole"),
        (agent(BUDI), OWNED, "whole"),
        (agent(BUDI, sees="own"), OWNED, "nothing"),
        (agent(BUDI, CARE), OWNED, "nothing"),
        (agent(BUDI, None), OWNED, "nothing"),
        (agent(), RELEASED, "whole"),
        (agent(sees="own"), RELEASED, "removal"),
        (agent(BUDI, sees="own"), RELEASED, "nothing"),
        (agent(), MOVED, "removal"),
        (agent(sees="own"), MOVED, "removal"),
        (agent(uuid4()), MOVED, "removal"),
        (agent(uuid4(), sees="own"), MOVED, "nothing"),
        (agent(BUDI, CARE), MOVED, "whole"),
        (agent(BUDI, sees="own"), MOVED, "whole"),
        (agent(ANI, CARE), MOVED, "whole"),
        (agent(uuid4(), CARE), MOVED, "whole"),
        (agent(uuid4(), None), MOVED, "nothing"),
        (agent(), UNROUTED, "nothing"),
        (agent(uuid4(), None), UNROUTED, "nothing"),
        (agent(), Audience.SUPERVISORS, "nothing"),
        (agent(sees="own", division=None), Audience.EVERYBODY, "whole"),
        (supervisor(), Audience.SUPERVISORS, "whole"),
        (supervisor(), MOVED, "whole"),
        (supervisor(agent_id=ANI), MOVED, "whole"),
    ],
)
def test_present_rights_and_audience_decide_what_is_seen(
    who: Actor, audience: Audience, expected: Sight
) -> None:
    assert sight(who, audience) == expected


def row(audience: Audience) -> EventRow:
    conversation = talk(BUDI, CARE)
    event = ConversationTransferred(
        note="",
        at=clock.now(),
        conversation_id=conversation.id,
        conversation=conversation,
        by=ActorOut(kind="agent", id=ANI, name="Ani"),
    )
    return EventRow(
        account_id=UUID(int=1),
        seq=7,
        type="conversation.transferred",
        at=event.at,
        body=encode(event),
        conversation_id=conversation.id,
        contact_id=conversation.contact.id,
        audience=audience,
    )


def test_removal_has_no_content() -> None:
    frame = decoded(row(MOVED).removal(5))
    assert set(frame) == {"seq", "prev", "type", "at", "conversation_id", "is_removed"}
    assert (frame["seq"], frame["prev"], frame["is_removed"]) == (7, 5, True)


def test_whole_frame_is_the_body_with_its_place() -> None:
    frame = decoded(row(MOVED).frame(5))
    assert list(frame)[:3] == ["seq", "prev", "type"]
    assert frame["conversation"]["contact"]["name"] == "Customer"


def test_event_without_a_conversation_can_be_framed() -> None:
    contact = contact_out(
        id=uuid4(),
        kind="person",
        number="1",
        name='"\\ \u2028',
        labels=[],
        created_at=clock.now(),
    )
    event = ContactUpdated(at=clock.now(), contact=contact)
    whole = structs.replace(row(MOVED), body=encode(event))
    assert decoded(whole.frame(0))["contact"]["name"] == '"\\ \u2028'


def decoded(text: str) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(text)
    return frame


@pytest.mark.parametrize(
    ("who", "is_told"),
    [
        (agent(), False),
        (agent(BUDI), True),
        (agent(BUDI, sees="own"), False),
        (agent(BUDI, CARE), False),
        (agent(BUDI, None), False),
        (supervisor(), True),
        (supervisor(agent_id=ANI), False),
    ],
)
def test_typing_concerns_who_sees_the_conversation_but_the_typist(
    who: Actor, *, is_told: bool
) -> None:
    whisper = Whisper(
        account_id=UUID(int=1),
        type="typing.started",
        agent_id=ANI,
        conversation_id=uuid4(),
        owner_id=ANI,
        division_id=SALES,
    )
    assert whisper.concerns(who) is is_told


def test_owner_elsewhere_is_told_who_looks() -> None:
    whisper = Whisper(
        account_id=UUID(int=1),
        type="viewing.started",
        agent_id=BUDI,
        owner_id=ANI,
        division_id=CARE,
    )
    assert whisper.concerns(agent(sees="own"))
