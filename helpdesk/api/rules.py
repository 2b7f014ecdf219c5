"""Rules over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.rules import NewRule, add_rule, change_rule, remove_rule
from helpdesk.actions.try_rules import Trial, try_rules
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after, require_time
from helpdesk.errors import NotFound
from helpdesk.queries.rules import get_rule, list_rules
from helpdesk.shapes.rules import Condition, RuleOut, TriedOut
from helpdesk.shapes.words import Moment, Name

Position = Annotated[int, Meta(ge=0, le=1_000_000)]
Text = Annotated[str, Meta(max_length=65_536)]


class RuleIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new rule; without `position` it comes after the device's last one.

    Every rule leads to a division but a menu, whose choices do.
    """

    device_id: UUID
    name: Name
    condition: Condition
    division_id: UUID | None = None
    position: Position | None = None
    enabled: bool = True


class RulePatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a rule; what is absent stays."""

    device_id: UUID | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    condition: Condition | UnsetType = UNSET
    division_id: UUID | UnsetType | None = UNSET
    position: Position | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class TryIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A message that a customer might begin with, now or at another moment.

    The contact's labels count, or in their place those given here.
    """

    device_id: UUID
    text: Text
    contact_id: UUID | None = None
    contact_label_ids: Annotated[list[UUID], Meta(max_length=20)] | None = None
    at: Moment | None = None


class RuleKey(Struct, array_like=True):
    """A place in the order of rules."""

    position: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    id: UUID


COLUMNS = {"enabled": "is_enabled"}


@get("/rules", opt=allow(MANAGING), operation_id="list_rules")
async def list_all(
    reading: Reading,
    actor: Acting,
    device_id: FromQuery[UUID | None] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[RuleOut]:
    """List rules in the order in which they are tried."""
    key = read_after(after, RuleKey)
    rules = await list_rules(
        reading,
        actor.account_id,
        device_id=device_id,
        after=(key.position, key.id) if key else None,
        limit=limit,
    )
    return page(rules, limit, lambda rule: RuleKey(rule.position, rule.id))


@post("/rules", opt=allow(MANAGING) | faults(NotFound), operation_id="add_rule")
async def add(data: JSONBody[RuleIn], work: Work, now: Now) -> RuleOut:
    """Add a rule."""
    new = NewRule(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await add_rule(work, new, now=now)


@get("/rules/{rule_id:uuid}", opt=allow(MANAGING), operation_id="get_rule")
async def read(rule_id: FromPath[UUID], reading: Reading, actor: Acting) -> RuleOut:
    """Read a rule."""
    return await get_rule(reading, actor.account_id, rule_id)


@patch("/rules/{rule_id:uuid}", opt=allow(MANAGING), operation_id="change_rule")
async def change(
    rule_id: FromPath[UUID], data: JSONBody[RulePatch], work: Work, now: Now
) -> RuleOut:
    """Change a rule. Conversations that have a division already keep it."""
    return await change_rule(work, rule_id, columns_of(data, COLUMNS), now=now)


@delete("/rules/{rule_id:uuid}", opt=allow(MANAGING), operation_id="remove_rule")
async def remove(rule_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a rule."""
    await remove_rule(work, rule_id, now=now)


@post(
    "/rules/try",
    opt=allow(MANAGING) | faults(NotFound),
    status_code=200,
    operation_id="try_rules",
)
async def attempt(data: JSONBody[TryIn], reading: Reading, actor: Acting, now: Now) -> TriedOut:
    """Tell where a new conversation would go, why not elsewhere, and who could have it there.

    Nothing is changed.
    """
    if data.at:
        require_time("at", data.at)
    trial = Trial(
        device_id=data.device_id,
        text=data.text,
        at=data.at or now,
        contact_id=data.contact_id,
        label_ids=data.contact_label_ids,
    )
    return await try_rules(reading, actor, trial)


router = Router("/", route_handlers=[list_all, add, read, change, remove, attempt])
