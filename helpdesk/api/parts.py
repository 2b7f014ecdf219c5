"""The parts of a running server, as `app` put them together, for the doors to use."""

import asyncio
from typing import Any

from litestar.connection import ASGIConnection
from msgspec import Struct

from helpdesk.actions.ingest import Delivery, Taken
from helpdesk.batcher import Batcher
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.files import Files
from helpdesk.gateways import Gateway
from helpdesk.gateways.outbound import Outbound
from helpdesk.settings import Settings
from helpdesk.signing import MediaLinks
from helpdesk.vault import Vault


class Parts(Struct, kw_only=True):
    """Everything that a door may need; `is_draining` turns readiness off."""

    settings: Settings
    database: Database
    bus: Bus
    vault: Vault
    gateways: dict[str, Gateway]
    outbound: Outbound
    ingest: Batcher[Delivery, Taken]
    files: Files
    links: MediaLinks
    hashing: asyncio.Semaphore
    fetching: asyncio.Semaphore
    is_draining: bool = False


def parts_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Parts:
    """Return the parts of the server that the connection came to."""
    parts: Parts = connection.app.state.parts
    return parts
