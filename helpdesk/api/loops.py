"""Requests that this server sent itself: a gateway's or a webhook's address is its own.

Each message would come back as another one, without end.
"""

from helpdesk.api.deps import AnyRequest
from helpdesk.api.parts import parts_of

OWN_ADDRESS = "the address is this server itself: give that of the gateway"


def is_own(request: AnyRequest) -> bool:
    """Whether a request comes from this installation, whatever proxies it came through."""
    return parts_of(request).vault.via in request.headers.get("via", "")
