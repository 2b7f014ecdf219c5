"""Names that only one may have, as a unique index holds them."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg

from helpdesk.errors import Conflict


@contextmanager
def named_alone(what: str, columns: Mapping[str, Any]) -> Generator[None]:
    """Raise Conflict where what is stored inside, of this kind, has the name of another one."""
    try:
        yield
    except asyncpg.UniqueViolationError:
        raise Conflict(
            f"Another {what} has the name {columns['name']}.",
            reason="name_in_use",
            errors={"name": "In use. Give another one."},
        ) from None
