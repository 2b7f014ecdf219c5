"""Rules: added, changed, removed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.labels import require_labels
from helpdesk.actions.rule_checks import check_condition
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError, Unavailable
from helpdesk.events import RuleChanged
from helpdesk.queries.devices import lock_device
from helpdesk.queries.divisions import lock_division_alive
from helpdesk.queries.rules import (
    find_rule,
    get_rule,
    insert_rule,
    lock_rule,
    next_position,
    set_rule,
)
from helpdesk.shapes.rules import (
    AllCondition,
    Choice,
    Condition,
    LabelCondition,
    MenuCondition,
    RuleOut,
)
from helpdesk.tables.columns import new_id


class NewRule(Struct, frozen=True, kw_only=True):
    """A rule to be made; without `position` it comes after the device's last one.

    A menu has no division: its choices have.
    """

    device_id: UUID
    name: str
    condition: Condition
    division_id: UUID | None = None
    position: int | None = None
    enabled: bool = True


async def add_rule(work: UnitOfWork, new: NewRule, *, now: datetime) -> RuleOut:
    """Add a rule. Raises NotFound for an unknown device or division, InputError for a condition
    that could not be tried."""
    await _keep_named(work, new.condition, new.division_id)
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
    rule = await get_rule(work.session, work.account_id, id_)
    if not changes:
        return rule
    if {"condition", "division_id"} & changes.keys():
        condition = changes.get("condition", rule.condition)
        await _keep_named(work, condition, changes.get("division_id", rule.division_id))
    if "device_id" in changes:
        await lock_device(work.session, work.account_id, changes["device_id"])
    locked = await lock_rule(work.session, work.account_id, id_)
    if (locked.condition, locked.division_id) != (rule.condition, rule.division_id):
        raise Unavailable("The rule was changed just now. Try again.", retry_after=1)
    await set_rule(work.session, work.account_id, id_, changes)
    return await _tell(work, id_, now)


async def remove_rule(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a rule."""
    await lock_rule(work.session, work.account_id, id_)
    await set_rule(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def _keep_named(work: UnitOfWork, condition: Condition, division_id: UUID | None) -> None:
    """Check what a rule is to hold, and keep its labels and divisions from being removed."""
    check_condition(condition)
    is_menu = isinstance(condition, MenuCondition)
    if is_menu and division_id:
        raise InputError(
            "The choices of a menu have their divisions.",
            errors={"division_id": "Give none: each choice has its own."},
        )
    if not is_menu and not division_id:
        raise InputError(
            "A rule leads to a division.", errors={"division_id": "Give the id of a division."}
        )
    await require_labels(work, _labels_in(condition), field="condition.label_ids")
    named = {each.division_id for each in _choices_in(condition)} | {division_id}
    for each in sorted(filter(None, named)):
        await lock_division_alive(work.session, work.account_id, each)


def _labels_in(condition: Condition) -> list[UUID]:
    parts = condition.conditions if isinstance(condition, AllCondition) else [condition]
    return [id_ for part in parts if isinstance(part, LabelCondition) for id_ in part.label_ids]


def _choices_in(condition: Condition) -> list[Choice]:
    return condition.choices if isinstance(condition, MenuCondition) else []


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> RuleOut:
    rule = await find_rule(work.session, work.account_id, id_)
    if rule is None:
        raise RuntimeError("the rule vanished within its own unit of work")
    work.collect(RuleChanged(at=now, rule=rule), Audience.EVERYBODY)
    return rule
