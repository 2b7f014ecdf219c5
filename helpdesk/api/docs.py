"""The OpenAPI document, and a page to read it on that asks no other host for anything."""

from html import escape
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.handlers import BaseRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin

from helpdesk.api.access import PUBLIC, Connection, allow, identify
from helpdesk.api.parts import parts_of

PLUGINS = [JsonRenderPlugin(path="/openapi.json")]
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


class DocumentRouter(Router):
    """Leaves out the framework's page for every other path, which would hide our 404."""

    def register(self, value: Any) -> Any:
        """Register what is not that page."""
        return [] if "/{path:str}" in getattr(value, "paths", ()) else super().register(value)


def openapi_router() -> Router:
    """Return the router that serves the document at `/api/v1/openapi.json`."""
    return DocumentRouter(
        "/api/v1",
        route_handlers=[],
        guards=[guard_docs],
        opt=allow(PUBLIC),
        include_in_schema=False,
    )


@get("/docs", opt=allow(PUBLIC), guards=[guard_docs], include_in_schema=False)
async def read_docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Show every route of the native API with its parameters and shapes."""
    return Response(render_docs(request.app.openapi_schema.to_schema()), media_type=MediaType.HTML)


@get("/docs/style.css", opt=allow(PUBLIC), include_in_schema=False)
async def read_style() -> Response[str]:
    """Serve the page's style; the security policy allows none inside the page."""
    return Response(STYLE, media_type=MediaType.CSS)


def render_docs(document: dict[str, Any]) -> str:
    """Return the page: plain HTML without script."""
    operations = [
        (path, method, operation)
        for path, methods in sorted(document["paths"].items())
        for method, operation in methods.items()
    ]
    shapes = document.get("components", {}).get("schemas", {})
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<title>Helpdesk API</title><link rel=stylesheet href=/docs/style.css>"
        f"<h1>Helpdesk API {escape(document['info']['version'])}</h1>"
        "<p>The same as a document: <a href=/api/v1/openapi.json>openapi.json</a>. Send "
        "<code>Authorization: Bearer TOKEN</code>.</p>"
        + "".join(_operation(*each) for each in operations)
        + "<h1>Shapes</h1>"
        + "".join(_shape(name, shape) for name, shape in sorted(shapes.items()))
        + "</html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}"
        f"<td>{'required' if each.get('required') else ''}<td>{_type(each.get('schema', {}))}"
        for each in operation.get("parameters", [])
    )
    body = operation.get("requestBody", {}).get("content", {})
    sent = "".join(f"<p>Body: {_type(each.get('schema', {}))}" for each in body.values())
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{_answer(answer)}"
        for status, answer in operation.get("responses", {}).items()
    )
    text = escape(operation.get("description", operation.get("summary", "")))
    return (
        f"<section><h2><span class=method>{method.upper()}</span> <code>{escape(path)}</code></h2>"
        f"<p>{text}<table>{rows}</table>{sent}<table>{answers}</table></section>"
    )


def _answer(answer: dict[str, Any]) -> str:
    shapes = [_type(each.get("schema", {})) for each in answer.get("content", {}).values()]
    return ", ".join(shapes) or escape(answer.get("description", ""))


def _shape(name: str, shape: dict[str, Any]) -> str:
    required = shape.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code><td>{_type(schema)}"
        f"<td>{'' if field in required else 'optional'}"
        for field, schema in shape.get("properties", {}).items()
    )
    return (
        f"<section id='{escape(name)}'><h2><code>{escape(name)}</code></h2>"
        f"<p>{escape(shape.get('description', ''))}<table>{rows}</table></section>"
    )


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return " or ".join(_type(each) for each in schema[key])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    kind = schema.get("type", "anything")
    shown = ", ".join(kind) if isinstance(kind, list) else str(kind)
    return escape(f"{shown} {schema['format']}" if "format" in schema else shown)


handlers = [read_docs, read_style]
