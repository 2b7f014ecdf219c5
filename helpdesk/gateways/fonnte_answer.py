"""Decides what Fonnte's answer to `/send` means: sent, refused, try again, or nobody knows.

The body is believed before the status code: Fonnte refuses with HTTP 200 and `status: false`.
"""

import base64
from datetime import UTC
from email.utils import parsedate_to_datetime

from helpdesk.clock import now
from helpdesk.errors import GatewayError, Rejected, Unknown, Unreachable
from helpdesk.gateways import Pairing, Probed, Sent, UpstreamDevice
from helpdesk.gateways.fonnte_body import Unreadable, read_json
from helpdesk.gateways.fonnte_fields import flag_of, id_of, text_of
from helpdesk.gateways.outbound import Answer

_LONGEST_REASON = 500
_TOKEN_SECONDS = 60
_QUOTA_SECONDS = 300
_LIMIT_SECONDS = 60
_LONGEST_WAIT_SECONDS = 3600

_TOKEN_REFUSED = frozenset({"invalid token", "token invalid"})
_NO_QUOTA = frozenset({"insufficient quota"})
_DISCONNECTED = frozenset({"request invalid on disconnected device"})

_UNDECIDED_4XX = frozenset({408, 425, 429})
_MOVED = frozenset({301, 307, 308})
_BUSY = frozenset({429, 503})


def read_answer(answer: Answer) -> Sent:
    """Return what was sent; raises as `read_fields`."""
    return Sent(provider_id=id_of(read_fields(answer).get("id")))


def read_pairing(answer: Answer) -> Pairing:
    """Return what `/qr` gave: `url` is a PNG in base64. Raises as `read_fields`."""
    fields = read_fields(answer)
    try:
        picture = base64.b64decode(text_of(fields.get("url")), validate=True)
    except ValueError as error:
        raise Unknown("The gateway's QR code cannot be read.") from error
    return Pairing(picture=picture, code=text_of(fields.get("code")))


def read_fields(answer: Answer) -> dict[str, object]:
    """Return the fields of a success; raises Rejected, Unreachable or Unknown by its reason."""
    fields = _read_fields(answer.body)
    verdict = flag_of(fields.get("status", fields.get("Status")))
    if verdict is None:
        raise _without_verdict(answer)
    if verdict is False:
        raise _refusal(answer, _reason(fields))
    return fields


def read_probe(answer: Answer) -> Probed:
    """Return what an answer to `/device` says of the token."""
    fields = _read_fields(answer.body)
    verdict = flag_of(fields.get("status", fields.get("Status")))
    if verdict is None:
        detail = (
            f"There is something, but it does not speak Fonnte's language: HTTP {answer.status}."
        )
        return Probed(is_ok=False, detail=detail)
    if verdict is False:
        return Probed(is_ok=False, detail=f"The gateway refused the token: {_reason(fields)}.")
    device = " ".join(filter(None, (text_of(fields.get(name)) for name in ("name", "device"))))
    if text_of(fields.get("device_status")) != "connect":
        return Probed(is_ok=False, detail=f"The token is right, but {device} is not connected.")
    return Probed(is_ok=True, detail=f"Connected: {device}.")


def read_devices(answer: Answer, base_url: str) -> list[UpstreamDevice]:
    """Return what `/get-devices` lists; raises as `read_answer`. What has no token is left out."""
    rows = read_fields(answer).get("data")
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        UpstreamDevice(
            name=text_of(row.get("name")).strip(),
            number=text_of(row.get("device")).strip(),
            token=token,
            gateway={"kind": "fonnte", "base_url": base_url, "token": token},
        )
        for row in found
        if (token := text_of(row.get("token")).strip())
    ]


def token_refused(reason: str) -> Unreachable:
    """Return the error for a token that will not do: it waits for somebody to correct it."""
    return Unreachable(f"the token is refused: {reason}", retry_after=_TOKEN_SECONDS)


def _read_fields(body: bytes) -> dict[str, object]:
    """Return the answer's fields, none where it is no JSON object."""
    try:
        value = read_json(body.decode("utf-8", "replace"))
    except Unreadable:
        return {}
    return value if isinstance(value, dict) else {}


def _reason(fields: dict[str, object]) -> str:
    texts = (text_of(fields.get(name)).strip() for name in ("reason", "detail", "message"))
    return next(filter(None, texts), "no reason given")[:_LONGEST_REASON]


def _refusal(answer: Answer, reason: str) -> GatewayError:
    """Return the error for `status: false`: it was not taken, so sending again is safe."""
    word = reason.lower()
    if word in _TOKEN_REFUSED:
        return token_refused(reason)
    if word in _NO_QUOTA:
        return Unreachable(reason, retry_after=_QUOTA_SECONDS)
    if word in _DISCONNECTED:
        return Unreachable(reason, is_disconnected=True)
    if answer.status in _BUSY:
        return Unreachable(reason, retry_after=_wanted_wait(answer))
    return Rejected(reason)


def _without_verdict(answer: Answer) -> GatewayError:
    """Return the error for an answer whose body says neither yes nor no."""
    said = f"the gateway answered HTTP {answer.status}"
    if answer.status == 429:
        return Unreachable(said, retry_after=_wanted_wait(answer))
    if answer.status in _MOVED:
        return Unreachable(f"{said}: base_url has moved", retry_after=_TOKEN_SECONDS)
    if 400 <= answer.status < 500 and answer.status not in _UNDECIDED_4XX:
        return Rejected(said)
    return Unknown(f"{said} and did not say whether it took the message")


def _wanted_wait(answer: Answer) -> int:
    """Return the seconds of `Retry-After` (a number or a date), 1 to 3600; without one 60."""
    wish = answer.headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        seconds = int(wish[:9])
    else:
        try:
            moment = parsedate_to_datetime(wish)
        except ValueError:
            return _LIMIT_SECONDS
        seconds = round((moment.replace(tzinfo=moment.tzinfo or UTC) - now()).total_seconds())
    return min(max(seconds, 1), _LONGEST_WAIT_SECONDS)
