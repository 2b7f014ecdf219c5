"""The OpenAPI document, and a page to read it on that asks no other host for anything."""

import json
from html import escape
from typing import Any

from litestar import MediaType, Response, get
from litestar.handlers import BaseRouteHandler

from helpdesk.api.access import PUBLIC, Connection, allow, identify
from helpdesk.api.deps import AnyRequest
from helpdesk.api.openapi import document_of
from helpdesk.api.parts import parts_of
from helpdesk.api.schemas import words

STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #8889 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid var(--line); padding: .75rem 0 }
h2 { font-size: 1rem; margin: 0 } code, pre { font: 13px/1.5 ui-monospace, monospace }
pre { overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 6px }
.method { display: inline-block; min-width: 4rem; font-weight: 700 }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
nav a { display: inline-block; margin-right: .75rem }
"""


async def guard_docs(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Let everybody read where docs are public, else those who have a session or a token."""
    if parts_of(connection).settings.public_docs == "off":
        await identify(connection)


@get("/api/v1/openapi.json", opt=allow(PUBLIC), guards=[guard_docs], include_in_schema=False)
async def read_document(request: AnyRequest) -> dict[str, Any]:
    """Serve the API's document."""
    return document_of(request.app)


@get("/docs", opt=allow(PUBLIC), guards=[guard_docs], include_in_schema=False)
async def read_docs(request: AnyRequest) -> Response[str]:
    """Show every route of the native API with its parameters and shapes."""
    return Response(render_docs(document_of(request.app)), media_type=MediaType.HTML)


@get("/docs/style.css", opt=allow(PUBLIC), include_in_schema=False)
async def read_style() -> Response[str]:
    """Serve the page's style; the security policy allows none inside the page."""
    return Response(STYLE, media_type=MediaType.CSS)


def render_docs(document: dict[str, Any]) -> str:
    """Return the page: plain HTML without script."""
    components = document["components"]
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<title>Helpdesk API</title><link rel=stylesheet href=/docs/style.css>"
        f"<h1>Helpdesk API {escape(document['info']['version'])}</h1>"
        "<p>The same as a document: <a href=/api/v1/openapi.json>openapi.json</a>. Send "
        "<code>Authorization: Bearer TOKEN</code>.</p>"
        + "".join(_operation(*each, components["responses"]) for each in operations)
        + "<h1>Who may call</h1>"
        + "".join(_scheme(*each) for each in components["securitySchemes"].items())
        + "<h1>Shapes</h1>"
        + "".join(_shape(*each) for each in components["schemas"].items())
        + "</html>"
    )


def _operation(
    path: str, method: str, operation: dict[str, Any], refusals: dict[str, dict[str, Any]]
) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}"
        f"<td>{'required' if each['required'] else 'optional'}<td>{_type(each['schema'])}"
        f"<td>{_text(each)}"
        for each in operation.get("parameters", [])
    )
    body = operation.get("requestBody", {})
    optional = "" if body.get("required") else " (optional)"
    sent = "".join(
        f"<p>Body{optional}: {_type(each['schema'])}" for each in body.get("content", {}).values()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{_answer(answer, refusals)}"
        for status, answer in operation["responses"].items()
    )
    return (
        f"<section><h2><span class=method>{method.upper()}</span> <code>{escape(path)}</code></h2>"
        f"<p>{_text(operation)}<p>By: {_callers(operation['security'])}"
        f"<table>{rows}</table>{sent}<table>{answers}</table></section>"
    )


def _callers(security: list[dict[str, list[str]]]) -> str:
    ways = (
        " and ".join(f"<a href='#{escape(name)}'>{escape(name)}</a>" for name in way)
        for way in security
    )
    return ", or ".join(ways) or "everybody"


def _answer(answer: dict[str, Any], refusals: dict[str, dict[str, Any]]) -> str:
    told = refusals[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    shapes = [_type(each["schema"]) for each in told.get("content", {}).values()]
    return ", ".join(shapes if told is answer and shapes else [*shapes, _text(told)])


def _scheme(name: str, scheme: dict[str, Any]) -> str:
    head = f"<h2><code>{escape(name)}</code></h2>"
    return f"<section id='{escape(name)}'>{head}<p>{_text(scheme)}</section>"


def _shape(name: str, shape: dict[str, Any]) -> str:
    required = shape.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code><td>{_type(schema)}{_default(schema)}"
        f"<td>{'' if field in required else 'optional'}<td>{_text(schema)}"
        for field, schema in shape.get("properties", {}).items()
    )
    return (
        f"<section id='{escape(name)}'><h2><code>{escape(name)}</code></h2>"
        f"<p>{_text(shape)}<table>{rows}</table></section>"
    )


def _default(schema: dict[str, Any]) -> str:
    return (
        f", else <code>{escape(json.dumps(schema['default']))}</code>"
        if "default" in schema
        else ""
    )


def _text(described: dict[str, Any]) -> str:
    return escape(described.get("description", ""))


def _type(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": str(reference)}:
            name = escape(reference.rpartition("/")[2])
            return f"<a href='#{name}'>{name}</a>"
        case {"oneOf": list(options)} | {"anyOf": list(options)}:
            return " or ".join(_type(each) for each in options)
        case {"items": {"$ref": _} as inner}:
            return f"a list of {_type(inner)}"
    return escape(words([schema]))


handlers = [read_docs, read_document, read_style]
