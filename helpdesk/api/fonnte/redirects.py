"""Where a caller of `GET /send` may be sent on to: this server, or what the account allows."""

from urllib.parse import quote

from litestar import Response

from helpdesk.api.parts import Parts
from helpdesk.errors import InputError
from helpdesk.gateways.outbound_guard import host_of, parse_url, port_of
from helpdesk.tables.account import Account

Origin = tuple[str, str, int]


def redirect_to(parts: Parts, account: Account, url: str) -> Response[bytes] | None:
    """Return the redirect, or None where none was asked for or its origin is not allowed."""
    origin = _origin(url.strip())
    if origin is None:
        return None
    allowed = [parts.settings.public_url, *account.redirect_origins]
    if origin not in map(_origin, allowed):
        return None
    place = "".join(char if char.isascii() else quote(char) for char in url.strip())
    headers = {"Location": place, "Cache-Control": "no-store"}
    return Response(b"", status_code=302, headers=headers)


def _origin(url: str) -> Origin | None:
    """Return scheme, host and port of a plain http or https address; None where it is none."""
    try:
        parsed = parse_url(url)
    except InputError:
        return None
    return parsed.scheme, host_of(parsed), port_of(parsed)
