"""Keyset pages: where the next one starts, as an opaque text."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from helpdesk.errors import InputError

Item = TypeVar("Item")
Key = TypeVar("Key")


class Page(Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list; `next` is given back as `after`, None at the end."""

    items: list[Item]
    next: str | None


def page(items: Sequence[Item], limit: int, key: Callable[[Item], object]) -> Page[Item]:
    """Return a page; a full one has a next, which starts after its last item."""
    following = _encode(key(items[-1])) if len(items) == limit else None
    return Page(items=list(items), next=following)


def read_after(
    after: str | None, type_: type[Key], *, field: Literal["after", "before"] = "after"
) -> Key | None:
    """Return the key that `page` put into `next`; `field` is where it was given back.

    Raises InputError when it is not one.
    """
    if after is None:
        return None
    try:
        padded = after + "=" * (-len(after) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=type_)
    except (ValueError, msgspec.DecodeError):
        words = {"after": "`next` of the page before", "before": "`previous` of the page after"}
        raise InputError(
            f"Give `{field}` the {words[field]}.", errors={field: f"Give the {words[field]}."}
        ) from None


def _encode(key: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


class TimeKey(Struct, array_like=True, frozen=True):
    """A place in a list by time."""

    at: datetime
    id: UUID

    def __post_init__(self) -> None:
        """Refuse times that no row can have."""
        require_sane(self.at)


class LineKey(Struct, array_like=True, frozen=True):
    """A place in a conversation."""

    sort_at: datetime
    number: Annotated[int, Meta(ge=0, le=2**63 - 1)]

    def __post_init__(self) -> None:
        """Refuse times that no row can have."""
        require_sane(self.sort_at)


def require_time(field: str, at: datetime) -> None:
    """Raise InputError for a time in a field that `require_sane` refuses."""
    try:
        require_sane(at)
    except ValueError:
        reason = "Give a time with its zone, such as 2026-03-01T00:00:00Z."
        raise InputError("This is no time that can be used.", errors={field: reason}) from None


def require_sane(at: datetime) -> None:
    """Raise ValueError for a time without zone or out of the database's reach."""
    if at.tzinfo is None or not 1970 <= at.year <= 9000:
        raise ValueError("not a time of ours")
