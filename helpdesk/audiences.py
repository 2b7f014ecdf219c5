"""Whom an event concerns, which decides what each reader sees of it."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from helpdesk.shapes.conversations import ConversationOut


class Audience(Struct, frozen=True, kw_only=True):
    """Who is concerned: the agents and divisions after the change, and those before it.

    Supervisors are concerned by everything. Somebody who is among the former only gets to know
    that the conversation left, without its content.
    """

    EVERYBODY: ClassVar["Audience"]
    SUPERVISORS: ClassVar["Audience"]

    is_for_all: bool = False
    agent_ids: frozenset[UUID] = frozenset()
    division_ids: frozenset[UUID] = frozenset()
    former_agent_ids: frozenset[UUID] = frozenset()
    former_division_ids: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, after: ConversationOut | None, before: ConversationOut | None = None) -> "Audience":
        """Return the audience of a change to a conversation; of none it is the supervisors."""
        if after is None and before is None:
            return cls.SUPERVISORS
        return cls(
            agent_ids=_owner(after),
            division_ids=_division(after),
            former_agent_ids=_owner(before) - _owner(after),
            former_division_ids=_division(before) - _division(after),
        )


Audience.EVERYBODY = Audience(is_for_all=True)
Audience.SUPERVISORS = Audience()


def _owner(conversation: ConversationOut | None) -> frozenset[UUID]:
    return _known(conversation.assignee_id) if conversation else frozenset()


def _division(conversation: ConversationOut | None) -> frozenset[UUID]:
    return _known(conversation.division_id) if conversation else frozenset()


def _known(value: UUID | None) -> frozenset[UUID]:
    return frozenset((value,)) if value else frozenset()
