"""The closed tree of errors that the product raises on purpose.

Each class says its code and HTTP status once; facts are keyword arguments and travel as fields.

    HelpdeskError
    ├── InputError    422  what was sent cannot be used; `errors` maps field to reason
    ├── SignedOut     401  no session or token, or one that ended
    ├── Forbidden     403  signed in, but not allowed to do this
    ├── NotFound      404  not there, or not yours to see
    ├── Conflict      409  the present state forbids it; the facts carry that state
    ├── TooMany       429  slow down; `retry_after` in seconds
    ├── Unavailable   503  the database is away; `retry_after` in seconds
    │   └── Busy            it is there, but a statement or a lock took too long
    └── GatewayError  502  the gateway did not take a message
        ├── Unreachable     nothing was written: send again later
        ├── Unknown         may have arrived: never sent again by machine
        └── Rejected        refused for good; `reason` in the gateway's words
"""

from typing import ClassVar


class HelpdeskError(Exception):
    """Root of the tree; `detail` is a sentence that says what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, /, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class InputError(HelpdeskError):
    """What was sent cannot be used."""

    code = "invalid_input"
    status = 422


class SignedOut(HelpdeskError):
    """No session or token, or one that ended."""

    code = "signed_out"
    status = 401


class Forbidden(HelpdeskError):
    """Signed in, but not allowed to do this."""

    code = "forbidden"
    status = 403


class NotFound(HelpdeskError):
    """Not there, or not yours to see: the two answer alike."""

    code = "not_found"
    status = 404


class Conflict(HelpdeskError):
    """The present state forbids it."""

    code = "conflict"
    status = 409


class TooMany(HelpdeskError):
    """Slow down; the fact `retry_after` is in seconds."""

    code = "too_many"
    status = 429


class Unavailable(HelpdeskError):
    """The database is away; the fact `retry_after` is in seconds."""

    code = "unavailable"
    status = 503


class Busy(Unavailable):
    """The database is there, but a statement or a lock took too long."""


class GatewayError(HelpdeskError):
    """The gateway did not take a message; exactly one of the three below is raised."""

    code = "gateway_error"
    status = 502


class Unreachable(GatewayError):
    """Nothing was accepted: sending again is safe. `retry_after` may be given, in seconds."""

    code = "gateway_unreachable"


class Unknown(GatewayError):
    """The message may have arrived: it is never sent again by machine."""

    code = "gateway_unknown"


class Rejected(GatewayError):
    """Refused for good; the detail is the gateway's reason."""

    code = "gateway_rejected"
