"""Who acts, and what that person or program may see."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from helpdesk.shapes.messages import ActorOut
from helpdesk.shapes.words import ActorKind, Sees

Role = Literal["owner", "supervisor", "agent", "account", "device"]


class Actor(Struct, frozen=True, kw_only=True):
    """Somebody signed in, or a token.

    `role` decides which routes may be called. `device_id` is the agent's device, or the one whose
    token was shown. `agent_id` is the agent itself, or a supervisor's own agent profile.
    """

    account_id: UUID
    role: Role
    kind: ActorKind
    id: UUID
    name: str
    agent_id: UUID | None = None
    device_id: UUID | None = None
    division_id: UUID | None = None
    sees: Sees = "division"
    session_id: UUID | None = None
    rights: str = ""
    """Changes whenever what the actor may see changes."""

    @property
    def is_supervising(self) -> bool:
        """Whether the actor sees everything of the account."""
        return self.role in {"owner", "supervisor", "account"}

    def out(self) -> ActorOut:
        """Return the actor as messages and events name it."""
        return ActorOut(kind=self.kind, id=self.id, name=self.name)


SYSTEM = ActorOut(kind="system", id=None, name="")
