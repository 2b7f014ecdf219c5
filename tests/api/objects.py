"""One object of every kind in a house, and what a route needs beside the ids in its path."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from helpdesk import clock
from tests.api.house import House
from tests.factories import make_conversation, make_delivery, make_file, make_webhook, receive

Json = dict[str, Any]


@dataclass(frozen=True)
class Objects:
    """The ids, by the name that a path's parameter has."""

    house: House
    ids: dict[str, UUID]

    def path(self, template: str) -> str:
        """Fill these objects' ids into a route's path."""
        for name, id_ in self.ids.items():
            template = template.replace(f"{{{name}:uuid}}", str(id_))
        return template


async def make_objects(house: House) -> Objects:
    """Make one object of every kind; the conversation belongs to the house's agent."""
    account = house.account
    line = await receive(account, house.device)
    mine = await make_conversation(
        account,
        house.device,
        number="6285550009",
        division_id=house.division,
        assignee=house.agent,
    )
    owner = await house.caller("owner")
    device, division = str(house.device.id), str(house.division)
    rule = {"device_id": device, "name": "R", "condition": {"type": "always"}}
    template = await owner.post("/api/v1/templates", json={**TEMPLATE, "shortcut": "hi"})
    contact = f"/api/v1/contacts/{mine.contact.id}"
    extra = await owner.post("/api/v1/contacts", json={"number": "6285550007"})
    stray = await make_conversation(
        account, house.device, number="6285550008", assignee=house.agent
    )
    merge = await owner.post(f"{contact}/merges", json={"contact_id": str(id_of(extra))})
    asking = {"client_id": str(uuid4()), "poll": POLL}
    program = await house.caller("device")
    poll = await program.post(f"/api/v1/conversations/{mine.id}/messages", json=asking)
    webhook = await make_webhook(account, event_types=["field.changed"])
    label = id_of(await owner.post("/api/v1/labels", json={"name": "VIP"}))
    agent = await house.caller("agent")
    marked = await agent.patch(f"/api/v1/conversations/{mine.id}", json={"labels": [str(label)]})
    return Objects(
        house,
        {
            "account_id": account.id,
            "agent_id": house.agent.id,
            "autoreply_id": id_of(
                await owner.post("/api/v1/autoreplies", json={"device_id": device, **AUTOREPLY})
            ),
            "broadcast_id": id_of(
                await owner.post("/api/v1/broadcasts", json={"device_id": device, **broadcast()})
            ),
            "contact_id": mine.contact.id,
            "stray_id": stray.contact.id,
            "conversation_id": mine.id,
            "device_id": house.device.id,
            "division_id": house.division,
            "field_id": id_of(await owner.post("/api/v1/fields", json={"name": "Tier"})),
            "merge_id": id_of(merge),
            "note_id": id_of(await owner.post(f"{contact}/notes", json={"text": "Hm"})),
            "label_id": label,
            "media_id": await make_file(account),
            "message_id": line.message.id,
            "poll_id": id_of(poll),
            "rotator_id": id_of(await owner.post("/api/v1/rotators", json=ROTATOR)),
            "rule_id": id_of(
                await owner.post("/api/v1/rules", json={**rule, "division_id": division})
            ),
            "template_id": id_of(template),
            "undo_id": UUID(marked.json()["undo_id"]),
            "webhook_id": webhook,
            "delivery_id": await make_delivery(account, webhook, state="dead"),
        },
    )


def id_of(answer: httpx.Response) -> UUID:
    """Return the id of what was made."""
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


AUTOREPLY: Json = {"name": "A", "kind": "exact", "words": ["price"], "text": "Soon."}
POLL: Json = {"name": "Which?", "choices": ["A", "B"]}
ROTATOR: Json = {"name": "Leads", "numbers": [{"number": "6281200000001"}]}
TEMPLATE: Json = {"name": "T", "text": "Hello"}


def broadcast() -> Json:
    """A broadcast that begins tomorrow."""
    at = clock.now() + timedelta(days=1)
    return {"text": "Hi", "lines": "6285550010\n6285550011", "starts_at": at.isoformat()}


def valid_body(operation: str, own: Objects) -> Json | None:
    """Return a body that would be taken, with ids of the caller's own account."""
    bodies: dict[str, Json] = {
        "PATCH agents/{agent_id:uuid}": {"name": "New"},
        "PATCH autoreplies/{autoreply_id:uuid}": {"name": "New"},
        "PATCH contacts/{contact_id:uuid}": {"name": "New"},
        "POST contacts/{contact_id:uuid}/merges": {"contact_id": str(own.ids["stray_id"])},
        "POST contacts/{contact_id:uuid}/notes": {"text": "Hm"},
        "PATCH conversations/{conversation_id:uuid}": {"labels": []},
        "PATCH devices/{device_id:uuid}": {"name": "New"},
        "PATCH divisions/{division_id:uuid}": {"name": "New"},
        "PATCH fields/{field_id:uuid}": {"name": "New"},
        "PATCH labels/{label_id:uuid}": {"name": "New"},
        "PATCH rotators/{rotator_id:uuid}": {"name": "New"},
        "PATCH rules/{rule_id:uuid}": {"name": "New"},
        "PATCH simulated/devices/{device_id:uuid}": {"slow_seconds": 0},
        "PATCH templates/{template_id:uuid}": {"name": "New"},
        "PATCH webhooks/{webhook_id:uuid}": {"device_ids": [str(own.ids["device_id"])]},
        "POST conversations/{conversation_id:uuid}/messages": {
            "client_id": str(uuid4()),
            "text": "Hi",
        },
        "POST agents/{agent_id:uuid}/hand-over": {"to": None},
        "POST agents/{agent_id:uuid}/presence": {"away": False},
        "POST conversations/{conversation_id:uuid}/assign": {"agent_id": str(own.ids["agent_id"])},
        "POST conversations/{conversation_id:uuid}/notes": {
            "client_id": str(uuid4()),
            "text": "Hm",
        },
        "PUT conversations/{conversation_id:uuid}/draft": {
            "kind": "reply",
            "expected_version": 0,
            "body": {"text": "Hi"},
        },
        "POST conversations/{conversation_id:uuid}/snooze": {
            "until": (clock.now() + timedelta(hours=1)).isoformat()
        },
        "POST divisions/{division_id:uuid}/rehearse": {"rotation": "full"},
        "POST messages/{message_id:uuid}/forward": {
            "client_id": str(uuid4()),
            "conversation_id": str(own.ids["conversation_id"]),
        },
        "POST messages/{message_id:uuid}/reschedule": {"due_at": clock.now().isoformat()},
        "POST conversations/{conversation_id:uuid}/transfer": {
            "agent_id": str(own.ids["agent_id"])
        },
        "POST templates/{template_id:uuid}/render": {
            "conversation_id": str(own.ids["conversation_id"])
        },
    }
    return bodies.get(operation.replace("/api/v1/", ""))
