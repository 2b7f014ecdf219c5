"""What the API's document says of an answer: every client of the tests is held to it."""

import re
from functools import cache
from typing import Any

import httpx
from litestar import Litestar

from helpdesk.api.openapi import document_of

Statuses = dict[str, list[tuple[re.Pattern[str], frozenset[int]]]]


def undocumented(app: Litestar, answer: httpx.Response) -> str:
    """Return which status of an answer the document does not name; nothing where it does."""
    method, path = answer.request.method, answer.request.url.path
    for pattern, statuses in _known(app).get(method, ()):
        if pattern.fullmatch(path) and answer.status_code not in statuses:
            return f"{method} {path} answers {answer.status_code}"
    return ""


def _known(app: Litestar) -> Statuses:
    """Return the statuses by method and path: the same for every app, and slow to find."""
    known = _kept()
    if not known:
        known |= statuses_of(document_of(app))
    return known


@cache
def _kept() -> Statuses:
    return {}


def statuses_of(document: dict[str, Any]) -> Statuses:
    """Return by method what each path may answer."""
    found: Statuses = {}
    for path, methods in document["paths"].items():
        pattern = re.compile(re.sub(r"\{\w+\}", "[0-9a-f-]{36}", path))
        for method, operation in methods.items():
            statuses = frozenset(map(int, operation["responses"]))
            found.setdefault(method.upper(), []).append((pattern, statuses))
    return found
