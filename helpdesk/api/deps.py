"""What handlers ask for by name: the actor, a unit of work, a reading session, the time."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Annotated, Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.api.parts import Parts, parts_of
from helpdesk.database import Session, UnitOfWork
from helpdesk.driver_errors import unavailable_when_away

Limit = Annotated[int, Parameter(ge=1, le=200, description="Items per page.")]
After = Annotated[str | None, Parameter(description="The `next` of the page before.")]
AnyRequest = Request[Any, Any, Any]

SHARED_WORK = "helpdesk.work"
"""Where the scope holds a unit of work that is opened and committed further out."""


async def _parts(request: AnyRequest) -> Parts:
    return parts_of(request)


async def _actor(request: AnyRequest) -> Actor:
    actor: Actor = request.state.actor
    return actor


async def _now() -> datetime:
    return clock.now()


async def _work(request: AnyRequest) -> AsyncGenerator[UnitOfWork]:
    """Open the request's unit of work; it is committed before the answer is sent."""
    shared: UnitOfWork | None = request.scope.get(SHARED_WORK)  # type: ignore[assignment]
    if shared:
        with unavailable_when_away():
            yield shared
        return
    actor: Actor = request.state.actor
    async with parts_of(request).database.unit_of_work(actor.account_id) as work:
        yield work


async def _reading(request: AnyRequest) -> AsyncGenerator[Session]:
    actor: Actor = request.state.actor
    async with parts_of(request).database.reading(actor.account_id) as session:
        yield session


OpenParts = NamedDependency[Parts]
Acting = NamedDependency[Actor]
Now = NamedDependency[datetime]
Work = NamedDependency[UnitOfWork]
Reading = NamedDependency[Session]

DEPENDENCIES: Mapping[str, Provide] = {
    "parts": Provide(_parts),
    "actor": Provide(_actor),
    "now": Provide(_now),
    "work": Provide(_work),
    "reading": Provide(_reading),
}
