"""Trying the rules: where a message would go, why, and who could have the turn there."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.conditions import Case, find_obstacle
from helpdesk.actions.rotate import find_candidates
from helpdesk.actions.route import find_route
from helpdesk.actors import Actor
from helpdesk.database import Session
from helpdesk.queries.agents import list_agents
from helpdesk.queries.contacts import get_contact
from helpdesk.queries.devices import get_device
from helpdesk.queries.rotas import read_rota
from helpdesk.queries.rules import DeviceRoutes, list_rules, load_routes
from helpdesk.shapes.rules import MenuCondition, RuleOut, TriedAgent, TriedOut, TriedRule, Verdict


class Trial(Struct, frozen=True, kw_only=True):
    """A message that a person might begin a conversation with.

    Its labels are those given, else those of the contact, where one is given.
    """

    device_id: UUID
    text: str
    at: datetime
    contact_id: UUID | None = None
    label_ids: list[UUID] | None = None


async def try_rules(session: Session, actor: Actor, trial: Trial) -> TriedOut:
    """Return where a new conversation that begins so would go; nothing is changed.

    Raises NotFound for an unknown device or contact.
    """
    account_id = actor.account_id
    await get_device(session, account_id, trial.device_id)
    routes = (await load_routes(session, [(account_id, trial.device_id)]))[trial.device_id]
    case = await _case(session, actor, trial, routes)
    route = find_route(routes, case)
    rules = await list_rules(session, account_id, device_id=trial.device_id)
    agents, is_anyway = await _try_agents(session, account_id, route.division_id, trial)
    return TriedOut(
        division_id=route.division_id,
        rule_id=route.rule_id,
        menu=route.menu,
        rules=list(_tried(rules, route.rule_id, case)),
        agents=agents,
        is_anyway=is_anyway,
    )


async def _case(session: Session, actor: Actor, trial: Trial, routes: DeviceRoutes) -> Case:
    contact = await get_contact(session, actor, trial.contact_id) if trial.contact_id else None
    labels = trial.label_ids
    if labels is None:
        labels = contact.labels if contact else []
    return Case(
        text=trial.text,
        at=trial.at,
        time_zone=routes.time_zone,
        labels=frozenset(labels),
        may_ask=contact is None or contact.kind == "person",
    )


def _line(rule: RuleOut, verdict: Verdict, detail: str) -> TriedRule:
    return TriedRule(rule_id=rule.id, name=rule.name, verdict=verdict, detail=detail)


def _tried(rules: list[RuleOut], winner: UUID | None, case: Case) -> Iterator[TriedRule]:
    """Yield what came of each rule, up to the one that decided."""
    for rule in rules:
        if not rule.enabled:
            yield _line(rule, "disabled", "The rule is switched off.")
            continue
        obstacle = find_obstacle(rule.condition, case)
        if obstacle:
            yield _line(rule, obstacle.verdict, obstacle.detail)
        elif isinstance(rule.condition, MenuCondition):
            yield _line(rule, "asks", "The customer is asked.")
        else:
            yield _line(rule, "matches", "It matches.")
        if rule.id == winner:
            return


async def _try_agents(
    session: Session, account_id: UUID, division_id: UUID | None, trial: Trial
) -> tuple[list[TriedAgent], bool]:
    """Return the division's agents with what keeps each from the turn."""
    rota = await read_rota(session, (account_id, division_id)) if division_id else None
    if rota is None:
        return [], False
    candidates = find_candidates(rota, trial.device_id)
    names = {agent.id: agent.name for agent in await list_agents(session, account_id)}
    able = {seat.agent_id for seat in candidates.eligible}
    tried = [
        TriedAgent(
            agent_id=agent_id,
            name=names.get(agent_id, ""),
            is_eligible=agent_id in able,
            reason=candidates.obstacles[agent_id],
        )
        for agent_id in candidates.obstacles
    ]
    return tried, candidates.is_anyway
