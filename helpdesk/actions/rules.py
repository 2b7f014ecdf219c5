"""Rules: added, changed, removed; and where a text would go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.route import Route, find_route
from helpdesk.database import Session, UnitOfWork
from helpdesk.errors import InputError
from helpdesk.events import Audience, RuleChanged
from helpdesk.queries.devices import get_device, lock_device
from helpdesk.queries.divisions import lock_division_alive
from helpdesk.queries.rules import (
    find_rule,
    insert_rule,
    load_routes,
    lock_rule,
    next_position,
    set_rule,
)
from helpdesk.shapes.rules import Condition, RuleOut, TextCondition
from helpdesk.tables.columns import new_id

MOST_WORDS = 50
MOST_CHARS = 100


class NewRule(Struct, frozen=True, kw_only=True):
    """A rule to be made; without `position` it comes after the device's last one."""

    device_id: UUID
    name: str
    condition: Condition
    division_id: UUID
    position: int | None = None
    enabled: bool = True


async def add_rule(work: UnitOfWork, new: NewRule, *, now: datetime) -> RuleOut:
    """Add a rule. Raises NotFound for an unknown device or division, InputError for its words."""
    check_condition(new.condition)
    await lock_division_alive(work.session, work.account_id, new.division_id)
    await lock_device(work.session, work.account_id, new.device_id)
    position = new.position
    if position is None:
        position = await next_position(work.session, work.account_id, new.device_id)
    rule_id = new_id()
    await insert_rule(
        work.session,
        {
            "account_id": work.account_id,
            "id": rule_id,
            "device_id": new.device_id,
            "name": new.name,
            "position": position,
            "condition": new.condition,
            "division_id": new.division_id,
            "is_enabled": new.enabled,
            "created_at": now,
        },
    )
    return await _tell(work, rule_id, now)


async def change_rule(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> RuleOut:
    """Change columns of a rule. Conversations that have a division already keep it."""
    if "condition" in changes:
        check_condition(changes["condition"])
    if "division_id" in changes:
        await lock_division_alive(work.session, work.account_id, changes["division_id"])
    if "device_id" in changes:
        await lock_device(work.session, work.account_id, changes["device_id"])
    rule = await lock_rule(work.session, work.account_id, id_)
    if not changes:
        return rule
    await set_rule(work.session, work.account_id, id_, changes)
    return await _tell(work, id_, now)


async def remove_rule(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a rule."""
    await lock_rule(work.session, work.account_id, id_)
    await set_rule(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def try_rules(session: Session, account_id: UUID, device_id: UUID, text: str) -> Route:
    """Return where a new conversation that begins with the text would go; nothing is changed."""
    await get_device(session, account_id, device_id)
    routes = await load_routes(session, [(account_id, device_id)])
    return find_route(routes[device_id], text)


def check_condition(condition: Condition) -> None:
    """Raise InputError unless the condition has 1 to 50 words of 1 to 100 characters."""
    if not isinstance(condition, TextCondition):
        return
    if not 1 <= len(condition.words) <= MOST_WORDS:
        raise InputError(
            f"Give 1 to {MOST_WORDS} words.",
            errors={"condition.words": f"Give 1 to {MOST_WORDS} words."},
        )
    if not all(word.strip() and len(word) <= MOST_CHARS for word in condition.words):
        raise InputError(
            f"A word has 1 to {MOST_CHARS} characters, not only spaces.",
            errors={"condition.words": f"Give words of 1 to {MOST_CHARS} characters."},
        )


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> RuleOut:
    rule = await find_rule(work.session, work.account_id, id_)
    if rule is None:
        raise RuntimeError("the rule vanished within its own unit of work")
    work.collect(RuleChanged(at=now, rule=rule), Audience.EVERYBODY)
    return rule
