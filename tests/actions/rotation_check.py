"""What must be so after every step of the rotation's world: a model, and its comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from tests.pure.rotation_model import FullRotation, Violation


@dataclass
class Person:
    """An agent."""

    id: UUID
    division: UUID
    limit: int | None
    weight: int = 1
    is_online: bool = True


@dataclass
class Chat:
    """A conversation; `since` is its place in the queue, `home` its device's division.

    `preferred` is to whom a reopened one goes back without a turn, where that is possible.
    """

    number: str
    home: UUID
    division: UUID
    since: tuple[datetime, int]
    owner: UUID | None = None
    status: str = "waiting"
    preferred: UUID | None = None


@dataclass
class Place:
    """A division: its cycle, and how many turns it has given."""

    rotation: FullRotation[UUID] = field(default_factory=FullRotation)
    is_partial: bool = False
    turns: int = 0


@dataclass
class Model:
    """Sections 3 and 4 of ROUTING.md, for conversations that nobody answers."""

    places: dict[UUID, Place] = field(default_factory=dict)
    staff: dict[UUID, Person] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)

    def eligible(self, division: UUID) -> frozenset[UUID]:
        """E: who belongs to the division, is online and below the limit."""
        owners = [chat.owner for chat in self.chats.values() if chat.status == "assigned"]
        return frozenset(
            person.id
            for person in self.staff.values()
            if person.division == division
            and person.is_online
            and (person.limit is None or owners.count(person.id) < person.limit)
        )

    def queue(self, division: UUID) -> list[Chat]:
        """Who waits, the oldest first."""
        waiting = [
            chat
            for chat in self.chats.values()
            if chat.status == "waiting" and chat.division == division
        ]
        return sorted(waiting, key=lambda chat: chat.since)

    def let_wait(self, chat: Chat, *, preferred: UUID | None = None) -> None:
        """Put a conversation into its division's queue."""
        chat.owner, chat.status, chat.preferred = None, "waiting", preferred

    def give_back(self, division: UUID) -> None:
        """Give those who wait longest to whom they had before, as long as that is possible."""
        for chat in self.queue(division):
            if chat.preferred not in self.eligible(division):
                return
            chat.owner, chat.status = chat.preferred, "assigned"

    def follow(
        self,
        division: UUID,
        turns: Sequence[asyncpg.Record],
        first: frozenset[UUID] | None = None,
    ) -> None:
        """Take notice of the turns that the division gave; Violation if they are not right.

        `first` is who was eligible for the first one, where that was before the step.
        """
        self.give_back(division)
        for turn in turns:
            self.follow_one(division, turn, first)
            first = None
            self.give_back(division)
        self.require_no_idler(division)

    def require_no_idler(self, division: UUID) -> None:
        """Raise Violation where somebody waits while somebody is eligible."""
        if self.queue(division) and self.eligible(division):
            raise Violation("somebody waits while somebody is eligible")

    def follow_one(
        self, division: UUID, turn: Mapping[str, Any], eligible: frozenset[UUID] | None = None
    ) -> None:
        """Take notice of one turn; `eligible`: who was, where that was before the step."""
        eligible = eligible or self.eligible(division)
        place, queue = self.places[division], self.queue(division)
        place.turns += 1
        if turn["number"] != place.turns:
            raise Violation(f"turn {turn['number']} stands where {place.turns} should")
        if not queue or turn["address"] != queue[0].number:
            raise Violation("a turn for a conversation that is not the first to need one")
        if frozenset(map(UUID, turn["eligible"])) != eligible:
            raise Violation(f"the turn calls {turn['eligible']} eligible, not {eligible}")
        if turn["weights"] != self._weights(place, eligible):
            raise Violation(f"the turn tells the weights {turn['weights']}")
        if turn["agent_id"] not in eligible:
            raise Violation("somebody who is not eligible got a turn")
        if not place.is_partial:
            place.rotation.note(eligible, turn["agent_id"])
        queue[0].owner, queue[0].status = turn["agent_id"], "assigned"

    def _weights(self, place: Place, eligible: frozenset[UUID]) -> dict[str, int]:
        """What made the chances uneven: only partial rotation goes by weights."""
        weights = {str(each): self.staff[each].weight for each in eligible}
        return weights if place.is_partial and len(set(weights.values())) > 1 else {}

    def compare(self, rows: Sequence[asyncpg.Record]) -> None:
        """Compare every conversation's state; Violation if one differs."""
        stored = {row["address"]: (row["status"], row["division_id"], _owner(row)) for row in rows}
        expected = {
            chat.number: (
                chat.status,
                chat.division,
                chat.owner if chat.status == "assigned" else None,
            )
            for chat in self.chats.values()
        }
        if len(rows) != len(stored) or stored != expected:
            raise Violation(f"conversations are {stored}, not {expected}")


def _owner(row: asyncpg.Record) -> UUID | None:
    owner: UUID | None = row["assignee_id"] if row["status"] == "assigned" else None
    return owner
