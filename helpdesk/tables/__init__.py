"""Columns and constraints, one table per file; `metadata` knows them all."""

from helpdesk.tables import (  # noqa: F401 - defining them registers them
    account,
    agent,
    autoreply,
    client_id,
    console,
    contact,
    contact_merge,
    contact_note,
    conversation,
    device,
    directory,
    division,
    event,
    field,
    idempotency,
    inbound,
    installation,
    label,
    media,
    message,
    node,
    outbox,
    package,
    poll,
    push,
    push_subscription,
    relay,
    removal_code,
    rotation_place,
    rotator,
    rule,
    session,
    simulated,
    simulated_device,
    template,
    throttle,
    turn,
    user,
    webhook,
    webhook_delivery,
)
from helpdesk.tables.columns import Row

__all__ = ["metadata"]

metadata = Row.metadata
