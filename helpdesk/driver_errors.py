"""What the database's driver raises, turned into our own errors where a caller can act on it."""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from helpdesk.errors import Busy, Conflict, InputError, Unavailable

BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)
AWAY = (
    PoolTimeout,
    OperationalError,
    InterfaceError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.CannotConnectNowError,
    asyncpg.ReadOnlySQLTransactionError,
)
UNFIT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)


class unavailable_when_away:  # noqa: N801 - reads as a statement: with unavailable_when_away()
    """Turns what the driver raises when PostgreSQL is away or busy into Unavailable, and what it
    raises for a value that no column can hold (NUL, a time before the year 1) into InputError."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise Unavailable in place of the driver's error; leave every other error alone."""
        cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
        if isinstance(cause, BUSY):
            raise Busy("The database is busy. Try again.", retry_after=1) from error
        if isinstance(cause, REFUSED):
            raise Unavailable(f"The database refuses us: {cause}.", retry_after=5) from error
        if isinstance(cause, UNFIT) or type(cause) is asyncpg.DataError:
            raise InputError("A text or number in it cannot be stored.") from error
        if isinstance(cause, AWAY) or isinstance(error, AWAY):
            raise Unavailable("The database is away. Try again soon.", retry_after=2) from error
        if isinstance(cause, asyncpg.UniqueViolationError):
            raise Conflict("Something else has this already.", reason="in_use") from error


@contextmanager
def unavailable_when_unreached() -> Generator[None]:
    """Turn what the operating system says while we connect into Unavailable, too."""
    with unavailable_when_away():
        try:
            yield
        except OSError as error:
            raise Unavailable("The database is away. Try again soon.", retry_after=2) from error


def drop_broken(context: ExceptionContext) -> None:
    """Let the pool drop a connection to which a dying server has said its last word.

    Until its socket closes the driver refuses every statement on it as a fault of its own, which
    SQLAlchemy does not take for a lost connection.
    """
    error = context.original_exception
    if isinstance(error.__cause__ or error, asyncpg.InternalClientError):
        context.is_disconnect = True
