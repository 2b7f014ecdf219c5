"""Who may call what: every operation of the server with the roles that are let through.

This table is written by hand, so that a slip in a route's `allow` shows as a difference.
"""

import re
from collections.abc import Iterable, Mapping

from litestar.routes import BaseRoute, HTTPRoute

from helpdesk.api.access import handlers_of
from tests.api.house import ROLES, Role

EVERYBODY = frozenset[Role](ROLES)
SIGNED_IN = EVERYBODY - {"nobody"}
STAFF = SIGNED_IN - {"device"}
PEOPLE = frozenset[Role]({"agent", "supervisor", "owner"})
MANAGING = frozenset[Role]({"supervisor", "owner", "account"})
OWNER = frozenset[Role]({"owner"})

MATRIX: Mapping[str, frozenset[Role]] = {
    "GET /": EVERYBODY,
    "GET /app": EVERYBODY,
    "GET /app/{path:path}": EVERYBODY,
    "GET /phone": EVERYBODY,
    "GET /api/v1/account": STAFF,
    "PATCH /api/v1/account": MANAGING,
    "GET /api/v1/account/token": OWNER,
    "POST /api/v1/account/token": OWNER,
    "GET /api/v1/agents": STAFF,
    "POST /api/v1/agents": MANAGING,
    "GET /api/v1/agents/{agent_id:uuid}": STAFF,
    "PATCH /api/v1/agents/{agent_id:uuid}": MANAGING,
    "DELETE /api/v1/agents/{agent_id:uuid}": MANAGING,
    "POST /api/v1/agents/{agent_id:uuid}/hand-over": STAFF,
    "POST /api/v1/agents/{agent_id:uuid}/presence": STAFF,
    "POST /api/v1/agents/{agent_id:uuid}/sign-out": MANAGING,
    "POST /api/v1/agents/{agent_id:uuid}/token": MANAGING,
    "GET /api/v1/contacts": SIGNED_IN,
    "POST /api/v1/contacts": STAFF,
    "GET /api/v1/contacts/{contact_id:uuid}": SIGNED_IN,
    "PATCH /api/v1/contacts/{contact_id:uuid}": STAFF,
    "POST /api/v1/contacts/{contact_id:uuid}/block": STAFF,
    "POST /api/v1/contacts/{contact_id:uuid}/unblock": STAFF,
    "GET /api/v1/contacts/{contact_id:uuid}/merges": STAFF,
    "POST /api/v1/contacts/{contact_id:uuid}/merges": STAFF,
    "POST /api/v1/contacts/{contact_id:uuid}/merges/{merge_id:uuid}/undo": STAFF,
    "GET /api/v1/contacts/{contact_id:uuid}/notes": STAFF,
    "POST /api/v1/contacts/{contact_id:uuid}/notes": STAFF,
    "DELETE /api/v1/contacts/{contact_id:uuid}/notes/{note_id:uuid}": STAFF,
    "GET /api/v1/contacts/export": MANAGING,
    "POST /api/v1/contacts/import": MANAGING,
    "GET /api/v1/contacts/{contact_id:uuid}/members": SIGNED_IN,
    "GET /api/v1/conversations": SIGNED_IN,
    "POST /api/v1/conversations": PEOPLE,
    "GET /api/v1/conversations/{conversation_id:uuid}": SIGNED_IN,
    "PATCH /api/v1/conversations/{conversation_id:uuid}": STAFF,
    "GET /api/v1/conversations/{conversation_id:uuid}/events": SIGNED_IN,
    "GET /api/v1/conversations/{conversation_id:uuid}/messages": SIGNED_IN,
    "POST /api/v1/conversations/{conversation_id:uuid}/messages": SIGNED_IN,
    "POST /api/v1/conversations/{conversation_id:uuid}/notes": STAFF,
    "POST /api/v1/conversations/{conversation_id:uuid}/assign": MANAGING,
    "POST /api/v1/conversations/{conversation_id:uuid}/read": SIGNED_IN,
    "POST /api/v1/conversations/{conversation_id:uuid}/release": STAFF,
    "POST /api/v1/conversations/{conversation_id:uuid}/reopen": STAFF,
    "POST /api/v1/conversations/{conversation_id:uuid}/resolve": STAFF,
    "POST /api/v1/conversations/{conversation_id:uuid}/snooze": STAFF,
    "POST /api/v1/conversations/{conversation_id:uuid}/take": PEOPLE,
    "GET /api/v1/conversations/{conversation_id:uuid}/transcript": SIGNED_IN,
    "POST /api/v1/conversations/{conversation_id:uuid}/transfer": STAFF,
    "GET /api/v1/conversations/{conversation_id:uuid}/turn": STAFF,
    "GET /api/v1/devices": MANAGING,
    "POST /api/v1/devices": MANAGING,
    "POST /api/v1/devices/test-connection": MANAGING,
    "GET /api/v1/devices/{device_id:uuid}": MANAGING,
    "PATCH /api/v1/devices/{device_id:uuid}": MANAGING,
    "DELETE /api/v1/devices/{device_id:uuid}": MANAGING,
    "GET /api/v1/devices/{device_id:uuid}/simulated-messages": MANAGING,
    "POST /api/v1/devices/{device_id:uuid}/token": MANAGING,
    "GET /api/v1/divisions": STAFF,
    "POST /api/v1/divisions": MANAGING,
    "GET /api/v1/divisions/{division_id:uuid}": STAFF,
    "PATCH /api/v1/divisions/{division_id:uuid}": MANAGING,
    "DELETE /api/v1/divisions/{division_id:uuid}": MANAGING,
    "GET /api/v1/divisions/{division_id:uuid}/turns": STAFF,
    "GET /api/v1/divisions/{division_id:uuid}/fairness": STAFF,
    "POST /api/v1/divisions/{division_id:uuid}/rehearse": MANAGING,
    "GET /api/v1/fields": STAFF,
    "POST /api/v1/fields": MANAGING,
    "GET /api/v1/fields/{field_id:uuid}": STAFF,
    "GET /api/v1/fields/{field_id:uuid}/uses": STAFF,
    "PATCH /api/v1/fields/{field_id:uuid}": MANAGING,
    "DELETE /api/v1/fields/{field_id:uuid}": MANAGING,
    "GET /api/v1/inbound": MANAGING,
    "GET /api/v1/labels": STAFF,
    "POST /api/v1/labels": MANAGING,
    "GET /api/v1/labels/{label_id:uuid}": STAFF,
    "GET /api/v1/labels/{label_id:uuid}/uses": STAFF,
    "PATCH /api/v1/labels/{label_id:uuid}": MANAGING,
    "DELETE /api/v1/labels/{label_id:uuid}": MANAGING,
    "POST /api/v1/media": SIGNED_IN,
    "GET /api/v1/messages/{message_id:uuid}": SIGNED_IN,
    "POST /api/v1/messages/{message_id:uuid}/forward": STAFF,
    "GET /api/v1/messages/{message_id:uuid}/queued": SIGNED_IN,
    "POST /api/v1/messages/{message_id:uuid}/cancel": SIGNED_IN,
    "POST /api/v1/messages/{message_id:uuid}/reschedule": SIGNED_IN,
    "POST /api/v1/messages/{message_id:uuid}/resend": SIGNED_IN,
    "GET /api/v1/openapi.json": SIGNED_IN,
    "GET /api/v1/packages": MANAGING,
    "PATCH /api/v1/packages/{code:str}": MANAGING,
    "GET /api/v1/rotators": MANAGING,
    "POST /api/v1/rotators": MANAGING,
    "GET /api/v1/rotators/{rotator_id:uuid}": MANAGING,
    "PATCH /api/v1/rotators/{rotator_id:uuid}": MANAGING,
    "DELETE /api/v1/rotators/{rotator_id:uuid}": MANAGING,
    "POST /api/v1/push-subscriptions": PEOPLE,
    "DELETE /api/v1/push-subscriptions": PEOPLE,
    "GET /api/v1/push-subscriptions/key": PEOPLE,
    "GET /api/v1/rules": MANAGING,
    "POST /api/v1/rules": MANAGING,
    "POST /api/v1/rules/try": MANAGING,
    "GET /api/v1/rules/{rule_id:uuid}": MANAGING,
    "PATCH /api/v1/rules/{rule_id:uuid}": MANAGING,
    "DELETE /api/v1/rules/{rule_id:uuid}": MANAGING,
    "POST /api/v1/session": EVERYBODY,
    "GET /api/v1/session": SIGNED_IN,
    "DELETE /api/v1/session": PEOPLE,
    "POST /api/v1/session/ws-ticket": PEOPLE,
    "GET /api/v1/simulated/devices": MANAGING,
    "GET /api/v1/simulated/devices/{device_id:uuid}": MANAGING,
    "PATCH /api/v1/simulated/devices/{device_id:uuid}": MANAGING,
    "POST /api/v1/simulated/devices/{device_id:uuid}/media": MANAGING,
    "GET /api/v1/simulated/devices/{device_id:uuid}/messages": MANAGING,
    "GET /api/v1/sync": PEOPLE,
    "GET /api/v1/templates": STAFF,
    "POST /api/v1/templates": MANAGING,
    "GET /api/v1/templates/archive": MANAGING,
    "POST /api/v1/templates/archive": MANAGING,
    "GET /api/v1/templates/{template_id:uuid}": STAFF,
    "PATCH /api/v1/templates/{template_id:uuid}": MANAGING,
    "DELETE /api/v1/templates/{template_id:uuid}": MANAGING,
    "POST /api/v1/templates/{template_id:uuid}/render": STAFF,
    "POST /add-device": EVERYBODY,
    "GET /device": EVERYBODY,
    "POST /device": EVERYBODY,
    "POST /order": EVERYBODY,
    "GET /get-devices": EVERYBODY,
    "POST /get-devices": EVERYBODY,
    "GET /status": EVERYBODY,
    "POST /typing": EVERYBODY,
    "POST /validate": EVERYBODY,
    "POST /fetch-group": EVERYBODY,
    "GET /get-whatsapp-group": EVERYBODY,
    "POST /get-whatsapp-group": EVERYBODY,
    "GET /rotator": EVERYBODY,
    "POST /rotator": EVERYBODY,
    "POST /status": EVERYBODY,
    "POST /delete-message": EVERYBODY,
    "POST /reset-message": EVERYBODY,
    "GET /send": EVERYBODY,
    "POST /send": EVERYBODY,
    "GET /docs": SIGNED_IN,
    "GET /docs/style.css": EVERYBODY,
    "GET /health/live": EVERYBODY,
    "GET /health/ready": EVERYBODY,
    "POST /hooks/{gateway:str}/{hook_key:str}": EVERYBODY,
    "GET /media/{media_id:uuid}": SIGNED_IN,
    "HEAD /media/{media_id:uuid}": SIGNED_IN,
    "SOCKET /ws": PEOPLE,
}


def without_types(operation: str) -> str:
    """Return the operation as the OpenAPI document names it."""
    return re.sub(r":[a-z]+}", "}", operation)


def operations_of(routes: Iterable[BaseRoute]) -> set[str]:
    """Return what the app answers to, as the table names it."""
    return {
        f"{method} {route.path}"
        for route in routes
        for handler in handlers_of(route)
        for method in (handler.http_methods if isinstance(route, HTTPRoute) else ("SOCKET",))
    }
