"""Errors as the native API tells them: RFC 9457 problem+json, in this one place."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Struct, UnsetType

from helpdesk.api.refusals import explain
from helpdesk.errors import HelpdeskError, InputError
from helpdesk.shapes.conversations import ConversationOut

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


class Owner(Struct, frozen=True, kw_only=True):
    """Who owns a conversation."""

    id: UUID
    name: str


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457); which facts come along depends on `code` and `reason`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    reason: str | UnsetType = UNSET
    errors: dict[str, str] | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET
    owner: Owner | UnsetType | None = UNSET
    conversation: ConversationOut | UnsetType = UNSET


def answer_error(_request: Request[Any, Any, Any], error: HelpdeskError) -> Response[bytes]:
    """Answer one of our own errors with its facts."""
    headers = {}
    if "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    return problem(error.status, error.code, error.detail, error.facts, headers)


def answer_validation(
    request: Request[Any, Any, Any], error: ValidationException
) -> Response[bytes]:
    """Answer what the declared types refused, field by field."""
    errors = explain(request.route_handler, error)
    detail = " ".join(f"{key}: {text}" for key, text in errors.items()) or error.detail
    return problem(InputError.status, InputError.code, detail, {"errors": errors}, {})


def answer_too_deep(_request: Request[Any, Any, Any], _error: RecursionError) -> Response[bytes]:
    """Answer a body whose lists and objects are nested thousands deep."""
    return problem(400, "bad_request", "The body is nested too deep.", {}, {})


def answer_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework refused: no such route, wrong method, too large, not JSON."""
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return problem(error.status_code, code, error.detail or phrase, {}, error.headers or {})


def answer_group(request: Request[Any, Any, Any], error: ExceptionGroup[Any]) -> Response[bytes]:
    """Answer what a dependency made of the handler's error: the framework wraps it in a group."""
    ours = [each for each in error.exceptions if isinstance(each, HelpdeskError)]
    return answer_error(request, ours[0]) if ours else answer_bug(request, error)


def answer_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a bug: nothing of it is shown but an id that is in the log."""
    request_id = uuid4().hex
    log.error("request %s failed: %s", request_id, request.scope.get("path"), exc_info=error)
    detail = "Something went wrong here. It is logged under this request id."
    return problem(500, "internal", detail, {"request_id": request_id}, {})


def problem(
    status: int, code: str, detail: str, facts: Mapping[str, object], headers: Mapping[str, str]
) -> Response[bytes]:
    """Build the answer."""
    told = Problem(
        type=f"/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
    )
    body = {**msgspec.to_builtins(told), **facts}
    return Response(
        msgspec.json.encode(body), status_code=status, media_type=PROBLEM, headers=dict(headers)
    )


HANDLERS: Any = {
    HelpdeskError: answer_error,
    ValidationException: answer_validation,
    HTTPException: answer_http,
    RecursionError: answer_too_deep,
    ExceptionGroup: answer_group,
    Exception: answer_bug,
}
