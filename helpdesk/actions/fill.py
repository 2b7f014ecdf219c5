"""Filling a template for one conversation, in an answer or in its preview."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from helpdesk.actors import Actor
from helpdesk.database import Session
from helpdesk.errors import NotFound
from helpdesk.hours import local_time
from helpdesk.queries.conversation_rows import ConversationRow
from helpdesk.queries.fields import load_contact_values
from helpdesk.queries.templates import get_template, load_fields
from helpdesk.render import OF_CONTACT, contact_variable, greeting
from helpdesk.shapes.setup import TemplateOut

VARIABLES = ("contact.name", "agent.name", "device.name", "division.name", "time.greeting")


async def get_offered_template(session: Session, row: ConversationRow, id_: UUID) -> TemplateOut:
    """Return a template that the conversation's division is offered. Raises NotFound."""
    template = await get_template(session, row.account_id, id_)
    if template.division_ids and row.division_id not in template.division_ids:
        raise NotFound("There is no such template in this division.")
    return template


async def load_values(
    session: Session, actor: Actor, row: ConversationRow, *, now: datetime
) -> dict[str, str]:
    """Return what the named fields are filled with, by name."""
    fields = await load_fields(session, row.account_id, row)
    local = local_time(now, fields.time_zone)
    values = (
        fields.contact_name,
        actor.name,
        fields.device_name,
        fields.division_name,
        greeting(local, fields.language),
    )
    of_contact = await load_contact_values(session, row.account_id, row.contact.id)
    named = {contact_variable(name): value for name, value in of_contact.items()}
    return named | dict(zip(VARIABLES, values, strict=True))


def find_unfilled(values: Mapping[str, str]) -> list[str]:
    """Return the variables of the contact that are empty: for these a person may be asked."""
    return [
        name for name, value in values.items() if name.startswith(OF_CONTACT) and not value.strip()
    ]


def with_given(values: Mapping[str, str], blanks: Mapping[str, str]) -> dict[str, str]:
    """Return the values, with what was given as blanks in the place of the contact's empty ones."""
    return {**values, **{name: blanks[name] for name in find_unfilled(values) if name in blanks}}
