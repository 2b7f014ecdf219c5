"""Whispers: what may be lost, such as who is there, who types, and who looks on."""

from uuid import UUID

import msgspec

from helpdesk.actors import Actor
from helpdesk.shapes.setup import AgentOut
from helpdesk.shapes.words import DraftKind, Presence, PresenceBy


class Whisper(msgspec.Struct, kw_only=True):
    """An ephemeral event: without a number, may be lost, at most 500 bytes.

    `agent_id` is who caused it; `is_for_writer` is told to nobody but that agent or user.
    """

    account_id: UUID
    type: str
    agent_id: UUID | None = None
    name: str = ""
    presence: Presence | None = None
    presence_by: PresenceBy | None = None
    reason: str = ""
    conversation_id: UUID | None = None
    owner_id: UUID | None = None
    division_id: UUID | None = None
    is_for_all: bool = False
    reader_id: UUID | None = None
    read_number: int | None = None
    is_for_writer: bool = False
    kind: DraftKind | None = None
    version: int = 0

    def concerns(self, actor: Actor) -> bool:
        """Whether the actor sees what this is about, and is not its cause.

        What somebody has read, or begun to write, concerns that person alone, in whatever window.
        """
        if self.reader_id:
            return actor.id == self.reader_id
        if self.is_for_writer:
            return actor.id == self.agent_id
        if actor.agent_id == self.agent_id and not self.is_for_all:
            return False
        if self.is_for_all or actor.is_supervising:
            return True
        if actor.agent_id and actor.agent_id == self.owner_id:
            return True
        return (
            actor.sees == "division"
            and bool(self.division_id)
            and actor.division_id == self.division_id
        )

    def body(self) -> str:
        """Return the text that the processes pass on to each other."""
        return msgspec.json.encode(self).decode()

    def frame(self) -> str:
        """Return the frame's text."""
        body: dict[str, object] = {"type": self.type}
        if self.agent_id:
            body["agent_id"] = self.agent_id
        if self.name:
            body["name"] = self.name
        if self.presence:
            body["presence"] = self.presence
            body["presence_by"] = self.presence_by
            body["reason"] = self.reason
        if self.conversation_id:
            body["conversation_id"] = self.conversation_id
        if self.read_number is not None:
            body["read_number"] = self.read_number
        if self.kind:
            body["kind"] = self.kind
            body["version"] = self.version
        return msgspec.json.encode(body).decode()


def presence_of(account_id: UUID, agent: AgentOut) -> Whisper:
    """Return what says that an agent is there and by what, is away and why, or is not there."""
    return Whisper(
        account_id=account_id,
        type="agent.present" if agent.presence == "online" else "agent.absent",
        agent_id=agent.id,
        presence=agent.presence,
        presence_by=agent.presence_by,
        reason=agent.away_reason,
        is_for_all=True,
    )


def reading_of(actor: Actor, conversation_id: UUID, read_number: int) -> Whisper:
    """Return what tells a reader's windows up to where one has read."""
    return Whisper(
        account_id=actor.account_id,
        type="conversation.read",
        conversation_id=conversation_id,
        reader_id=actor.id,
        read_number=read_number,
    )
