"""`Idempotency-Key`: a POST that is sent again has its effect once and gets the same answer.

The answer is stored in the very transaction of the effect: the request's unit of work is opened
here, shared with the handler, and committed before the answer goes out. A crash in between leaves
neither effect nor answer, so the next try does it. Refused requests leave no trace and are tried
anew.
"""

import base64
from hashlib import sha256

from litestar import Request
from litestar.enums import RequestEncodingType, ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from helpdesk import clock
from helpdesk.api.access import identify
from helpdesk.api.deps import SHARED_WORK, AnyRequest
from helpdesk.api.parts import Parts, parts_of
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError
from helpdesk.queries.idempotency import (
    RequestKey,
    StoredAnswer,
    find_answer,
    insert_answer,
    try_lock_key,
)

API = "/api/v1/"
SIGN_IN = "/api/v1/session"
MOST_KEY_CHARS = 255
REFUSED = 400


def is_keyed(method: str, path: str) -> bool:
    """Whether an `Idempotency-Key` is honoured there."""
    return method == "POST" and path.startswith(API) and path != SIGN_IN


class IdempotencyMiddleware(ASGIMiddleware):
    """Runs every POST of the API that has an `Idempotency-Key` once; signing in is left out.

    Hooks are left out too: gateways have no session, and their messages have ids of their own.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass other requests on."""
        request = _request(scope, receive, send)
        key = request.headers.get("idempotency-key")
        if not (key and is_keyed(request.method, request.scope["path"].rstrip("/"))):
            await next_app(scope, receive, send)
            return
        if len(key) > MOST_KEY_CHARS:
            raise InputError(
                f"An Idempotency-Key has at most {MOST_KEY_CHARS} characters.",
                errors={"Idempotency-Key": f"Give at most {MOST_KEY_CHARS} characters."},
            )
        for message in await _run_once(request, key, next_app):
            await send(message)


def _request(scope: Scope, receive: Receive, send: Send) -> AnyRequest:
    """Return the request as the route reads it, with the route's limit on the body."""
    handler = scope.get("route_handler")
    if isinstance(handler, HTTPRouteHandler):
        return handler.resolve_request_class()(scope, receive, send)
    return Request(scope, receive, send)


async def _run_once(request: AnyRequest, key: str, next_app: ASGIApp) -> list[Message]:
    parts, actor, body = parts_of(request), await identify(request), await request.body()
    request_key = RequestKey(
        actor.account_id, f"{actor.role} {actor.id} {actor.rights}", request.url.path, key
    )
    answer, digest = Answer(), _digest(request, body)
    try:
        async with parts.database.unit_of_work(actor.account_id) as work:
            if not await try_lock_key(work.session, request_key):
                raise Conflict("This request is being worked on.", reason="in_progress")
            stored = await find_answer(work.session, request_key)
            if stored:
                return _again(parts, stored, digest)
            request.scope[SHARED_WORK] = work  # type: ignore[literal-required]
            await next_app(request.scope, _replay(body), answer.take)
            ScopeState.from_scope(request.scope).response_started = False  # it is still here
            answer.require_accepted()
            await _keep(parts, work, request_key, digest, answer)
    except _RefusedError:
        pass
    return answer.messages


class _RefusedError(Exception):
    """Rolls the unit of work back, because the answer is a refusal."""


class Answer:
    """The answer of the application, held back until the commit."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """Hold one ASGI message back."""
        self.messages.append(message)

    def require_accepted(self) -> None:
        """Raise, so that the unit of work is rolled back, when the answer is a refusal."""
        if self.status >= REFUSED:
            raise _RefusedError

    @property
    def status(self) -> int:
        """The HTTP status."""
        return next(m["status"] for m in self.messages if m["type"] == "http.response.start")

    @property
    def content_type(self) -> str:
        """The media type."""
        start = next(m for m in self.messages if m["type"] == "http.response.start")
        headers = {name.lower(): value for name, value in start["headers"]}
        return headers.get(b"content-type", b"").decode()

    @property
    def body(self) -> bytes:
        """All of the body."""
        return b"".join(m["body"] for m in self.messages if m["type"] == "http.response.body")


def _replay(body: bytes) -> Receive:
    async def receive() -> HTTPRequestEvent:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _digest(request: AnyRequest, body: bytes) -> bytes:
    """Return what is the same for the same request: of a form the parts, without the boundary,
    which clients draw anew each time; with what the address asks for."""
    digest = sha256(request.url.query.encode())
    media_type, options = request.content_type
    boundary = options.get("boundary", "").encode()
    if media_type != RequestEncodingType.MULTI_PART or not boundary:
        digest.update(body)
        return digest.digest()
    mark, begin = b"--" + boundary, 0
    with memoryview(body) as view:
        while begin <= len(body):
            end = body.find(mark, begin)
            end = len(body) if end < 0 else end
            digest.update(b"%d " % (end - begin))
            digest.update(view[begin:end])
            begin = end + len(mark)
    return digest.digest()


async def _keep(
    parts: Parts, work: UnitOfWork, key: RequestKey, digest: bytes, answer: Answer
) -> None:
    text = base64.b64encode(answer.body).decode()
    await insert_answer(
        work.session,
        key,
        {
            "body_digest": digest,
            "status": answer.status,
            "content_type": answer.content_type,
            "answer_sealed": parts.vault.seal(text),
            "created_at": clock.now(),
        },
    )


def _again(parts: Parts, stored: StoredAnswer, digest: bytes) -> list[Message]:
    if stored.body_digest != digest:
        raise InputError(
            "This Idempotency-Key came with another body before. Use a new one.",
            errors={"Idempotency-Key": "Used with another body before. Give a new one."},
        )
    headers = [
        (b"content-type", stored.content_type.encode()),
        (b"idempotent-replayed", b"true"),
    ]
    text = base64.b64decode(parts.vault.open(stored.answer_sealed))
    return [
        {"type": "http.response.start", "status": stored.status, "headers": headers},
        {"type": "http.response.body", "body": text, "more_body": False},
    ]
