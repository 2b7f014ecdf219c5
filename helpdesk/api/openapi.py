"""The API's document, made of what the routes declare: their guard, parameters, body and answer."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from litestar import Litestar, MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.response import File, Response, Stream
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import Empty
from msgspec import Struct

from helpdesk import __version__
from helpdesk.actors import Role
from helpdesk.api.access import BY_LINK, BY_PHONE_KEY, COOKIE, PEOPLE, SAFE_METHODS, Roles
from helpdesk.api.idempotency import MOST_KEY_CHARS, is_keyed
from helpdesk.api.problems import PROBLEM, Problem
from helpdesk.api.refusals import BODY, public_name
from helpdesk.api.schemas import Schema, describe
from helpdesk.errors import (
    Conflict,
    Forbidden,
    GatewayError,
    HelpdeskError,
    InputError,
    NotFound,
    SignedOut,
    TooMany,
    Unavailable,
)
from helpdesk.events import AnyEvent

Fault = type[HelpdeskError]

SECURITY_SCHEMES: Schema = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The cookie that POST /api/v1/session sets; behind https its name begins "
        "with `__Host-`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The `csrf` of the session, with every change that a session makes.",
    },
    "account_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The account's token: everything of the account.",
    },
    "device_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A device's token: that device's messages, contacts and conversations.",
    },
    "signed_link": {
        "type": "apiKey",
        "in": "query",
        "name": "signature",
        "description": "The signature of a link to a file, as gateways get it.",
    },
    "phone_key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Phone-Key",
        "description": "The key of the simulated phone, from the link that `helpdesk demo` prints: "
        "the account's simulated devices, until the account's token is rotated.",
    },
}
TOKENS: Mapping[Role, str] = {"account": "account_token", "device": "device_token"}
EVENTS = "What `/ws` sends, with `seq` and `prev` in front; one that leaves says `is_removed`."
WAIT = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}


class BadRequest(HelpdeskError):
    """The body is not JSON, or not the form that it should be."""

    status = HTTPStatus.BAD_REQUEST


class TooLarge(HelpdeskError):
    """The body is too large."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


FAULTS: tuple[Fault, ...] = (
    BadRequest, SignedOut, Forbidden, NotFound, Conflict, TooLarge, InputError, TooMany,
    GatewayError, Unavailable,
)  # fmt: skip


def faults(*which: Fault) -> dict[str, object]:
    """Return the route option that names errors which the route's declaration does not show."""
    return {"faults": which}


def also(*statuses: int) -> dict[str, object]:
    """Return the route option that names further statuses with which the same body is answered."""
    return {"also": statuses}


def document_of(app: Litestar) -> dict[str, Any]:
    """Return the API's document; it is made when it is first asked for."""
    if "document" not in app.state:
        app.state["document"] = make_document(app.routes)
    document: dict[str, Any] = app.state["document"]
    return document


def make_document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of the routes that are shown in it."""
    shapes = Shapes({})
    problem = shapes.take(Problem)
    paths = dict[str, dict[str, Any]]()
    for route in routes:
        for operation in _operations(route):
            method = operation.method.lower()
            paths.setdefault(route.path_format, {})[method] = operation.write(shapes)
    shapes.named["AnyEvent"] = {"description": EVENTS, **shapes.take(AnyEvent)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Helpdesk", "version": __version__},
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(shapes.named.items())),
            "responses": {fault.__name__: _refusal(fault, problem) for fault in FAULTS},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


class Shapes(Struct, frozen=True):
    """The shapes that the document names."""

    named: dict[str, Schema]

    def take(self, type_: Any) -> Schema:
        """Return a type's schema, and keep the shapes in it. Two of one name are a RuntimeError."""
        described = describe(type_)
        for name, shape in described.shapes.items():
            if self.named.setdefault(name, shape) != shape:
                raise RuntimeError(f"two shapes are named {name}")
        return described.schema


def _operations(route: BaseRoute) -> Iterator["Operation"]:
    if isinstance(route, HTTPRoute):
        for method, (handler, _) in sorted(route.route_handler_map.items()):
            if handler.resolve_include_in_schema() and method != "HEAD":
                yield Operation(route, method, handler)


class Operation(Struct, frozen=True):
    """One method of a route, as its declaration says it."""

    route: HTTPRoute
    method: str
    handler: HTTPRouteHandler

    def write(self, shapes: Shapes) -> Schema:
        """Return the operation."""
        parameters = [*self._parameters(), *self._headers()]
        body = {"requestBody": self._body(shapes)} if self._has_body else {}
        return {
            "operationId": self.handler.operation_id,
            "description": cleandoc(self.handler.fn.__doc__ or ""),
            "security": list(self._security()),
            **({"parameters": parameters} if parameters else {}),
            **body,
            "responses": dict(sorted(self._responses(shapes))),
        }

    @property
    def _has_body(self) -> bool:
        return BODY in self.handler.parsed_fn_signature.parameters

    @property
    def _is_keyed(self) -> bool:
        return is_keyed(self.method, self.route.path)

    def _parameters(self) -> Iterator[Schema]:
        filled_in = self.handler.resolve_dependencies()
        for name, field in self.handler.parsed_fn_signature.parameters.items():
            if name in filled_in or not isinstance(field.kwarg_definition, ParameterKwarg):
                continue
            schema = describe(self.handler.signature_model.__annotations__[name]).schema
            description = {key: schema[key] for key in schema if key == "description"}
            is_in_path = name in self.route.path_parameters
            default = {} if field.default in {Empty, None} else {"default": field.default}
            yield {
                "name": public_name(self.handler, name),
                "in": "path" if is_in_path else "query",
                "required": is_in_path or not field.has_default,
                **description,
                "schema": {key: schema[key] for key in schema if key != "description"} | default,
            }

    def _headers(self) -> Iterator[Schema]:
        if self._is_keyed:
            yield {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key and body again have no further effect and get the "
                "same answer, for 72 hours.",
                "schema": {"type": "string", "maxLength": MOST_KEY_CHARS},
            }

    def _body(self, shapes: Shapes) -> Schema:
        field = self.handler.parsed_fn_signature.parameters[BODY]
        media_type = getattr(field.kwarg_definition, "media_type", "application/json")
        schema = shapes.take(self.handler.signature_model.__annotations__[BODY])
        return {"required": not field.has_default, "content": {media_type: {"schema": schema}}}

    def _security(self) -> Iterator[Schema]:
        """Say who may call, by the very option that the guard reads."""
        allowed: Roles = self.handler.opt["allow"]
        if allowed & PEOPLE:
            is_change = self.method not in SAFE_METHODS
            yield {"session": [], "csrf": []} if is_change else {"session": []}
        for role, scheme in TOKENS.items():
            if role in allowed:
                yield {scheme: []}
        if BY_LINK in self.handler.opt:
            yield {"signed_link": []}
        if BY_PHONE_KEY in self.handler.opt:
            yield {"phone_key": []}

    def _responses(self, shapes: Shapes) -> Iterator[tuple[str, Schema]]:
        content = self._content(shapes)
        for status in (self.handler.status_code, *self.handler.opt.get("also", ())):
            yield str(status), {"description": HTTPStatus(status).phrase, **content}
        for fault in self._faults():
            yield str(int(fault.status)), {"$ref": f"#/components/responses/{fault.__name__}"}

    def _content(self, shapes: Shapes) -> Schema:
        answer = self.handler.parsed_fn_signature.return_type
        if answer.is_subclass_of((File, Stream)):
            schema: Schema = {"type": "string", "format": "binary"}
            return {"content": {"application/octet-stream": {"schema": schema}}}
        if answer.is_subclass_of(Stream):
            return {"content": {str(self.handler.media_type): {"schema": {"type": "string"}}}}
        body = answer.inner_types[0] if answer.is_subclass_of(Response) else answer
        if body.is_none_type:
            return {}
        is_text = self.handler.media_type == MediaType.TEXT
        kind = "text/plain" if is_text else "application/json"
        return {"content": {kind: {"schema": shapes.take(body.annotation)}}}

    def _faults(self) -> Iterator[Fault]:
        """Say what may go wrong, as the declaration shows it, and what its option adds."""
        if self.handler.opt["allow"]:
            yield from (SignedOut, Forbidden)
        if self._has_body:
            yield from (BadRequest, TooLarge, InputError)
        if self._is_keyed:
            yield from (Conflict, TooLarge, InputError)
        if self.route.path_parameters:
            yield NotFound
        if any(each["in"] == "query" for each in self._parameters()):
            yield InputError
        yield Unavailable
        yield from self.handler.opt.get("faults", ())


def _refusal(fault: Fault, problem: Schema) -> Schema:
    return {
        "description": cleandoc(fault.__doc__ or "").partition("\n")[0],
        **({"headers": WAIT} if fault in {TooMany, Unavailable} else {}),
        "content": {PROBLEM: {"schema": problem}},
    }
