"""The OpenAPI document, and a page to read it on that asks no other host for anything."""

from litestar import Litestar, MediaType, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin

from helpdesk.api.access import ANYBODY, PUBLIC, Connection, allow, identify
from helpdesk.api.parts import parts_of

__all__ = ["ANYBODY", "ASGIConnection", "Litestar", "MediaType", "Response", "get"]

PLUGINS = [JsonRenderPlugin(path="/openapi.json")]


async def guard_docs(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Let everybody read where docs are public, else those who have a session or a token."""
    if parts_of(connection).settings.public_docs == "off":
        await identify(connection)


def openapi_router() -> Router:
    """Return the router that serves the document at `/api/v1/openapi.json`."""
    return Router("/api/v1", route_handlers=[], guards=[guard_docs], opt=allow(PUBLIC))


handlers: list[object] = []
