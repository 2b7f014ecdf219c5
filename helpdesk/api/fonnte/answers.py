"""Answers in Fonnte's shape: keys in order, and every refusal HTTP 200 with `status: false`."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import MediaType, Response
from litestar.exceptions import HTTPException

from helpdesk.api.deps import AnyRequest
from helpdesk.errors import (
    Conflict,
    GatewayError,
    HelpdeskError,
    InputError,
    SignedOut,
    Unavailable,
)

EMPTY = "invalid/empty body value"
INPUT = "input invalid"
DISCONNECTED = "request invalid on disconnected device"
HEADERS = {"Cache-Control": "no-store"}
REQUEST_NUMBER = "fonnte_request_number"
REASON_KEY = "fonnte_reason_key"


def refused(reason: str) -> InputError:
    """Return the error that is answered with this reason."""
    return InputError(reason, reason=reason)


def say(fields: Mapping[str, Any]) -> Response[bytes]:
    """Answer success."""
    return _answer(200, {**fields, "status": True})


def number_request(request: AnyRequest, number: int) -> None:
    """Let a refusal tell the request's number, except to those whose token is wrong."""
    setattr(request.state, REQUEST_NUMBER, number)


def refuse_in_detail(request: AnyRequest) -> None:
    """Let a refusal stand in `detail`, as it does on a few endpoints, instead of `reason`."""
    setattr(request.state, REASON_KEY, "detail")


def answer_refusal(request: AnyRequest, error: HelpdeskError) -> Response[bytes]:
    """Answer one of our own errors; the words are Fonnte's where it has some for it."""
    key = getattr(request.state, REASON_KEY, "reason")
    fields: dict[str, Any] = {key: _reason(error), "status": False}
    number = getattr(request.state, REQUEST_NUMBER, None)
    if number is not None and not isinstance(error, SignedOut):
        fields["requestid"] = number
    if isinstance(error, Unavailable):
        wait = {"Retry-After": str(error.facts.get("retry_after", 1))}
        return _answer(error.status, fields, wait)
    return _answer(200, fields)


def _reason(error: HelpdeskError) -> str:
    match error:
        case SignedOut() | Unavailable():
            return error.detail
        case InputError():
            return str(error.facts.get("reason", INPUT))
        case GatewayError():
            return DISCONNECTED if error.facts.get("is_disconnected") else error.detail
        case Conflict() if error.facts.get("reason") == "not_able":
            return error.detail
        case Conflict():
            return "device already exist"
        case _:
            return INPUT


def answer_too_large(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer what the framework refused: a body that is too large, or one that broke off."""
    return _answer(error.status_code, {"reason": error.detail, "status": False})


def _answer(
    status: int, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(fields, order="sorted"),
        status_code=status,
        media_type=MediaType.JSON,
        headers={**HEADERS, **(headers or {})},
    )
