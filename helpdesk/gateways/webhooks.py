"""Sends to webhooks: ours are signed by Standard Webhooks, a device's are Fonnte's plain JSON.

Of an answer only the status counts: its body is left unread, and a redirect is no success.
"""

import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from helpdesk.errors import InputError, Rejected, Unknown, Unreachable
from helpdesk.gateways.outbound import Outbound
from helpdesk.shapes.webhooks import WebhookKind
from helpdesk.vault import WEBHOOK_SECRET

SEND_SECONDS = 10.0
OK = 200


class Post(Struct, frozen=True, kw_only=True):
    """One request to a webhook; `id` is the same at every attempt."""

    id: str
    kind: WebhookKind
    url: str
    body: bytes
    secret: str = ""


def sign(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and the signature; `secret` is `whsec_` and base64."""
    key = b64decode(secret.removeprefix(WEBHOOK_SECRET))
    digest = hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, sha256)
    return f"v1,{b64encode(digest).decode()}"


async def check_address(outbound: Outbound, url: str, *, field: str) -> None:
    """Raise InputError for an address that nothing would ever be sent to.

    One whose name is not found at the moment is taken.
    """
    try:
        await outbound.check(url)
    except InputError as error:
        raise InputError(error.detail, errors={field: error.detail}) from error
    except Unreachable:
        return


async def send(outbound: Outbound, post: Post) -> int:
    """Send and return the status with which it was taken: 200 from a device's webhook, else 2xx.

    Raises InputError where the address is refused, Unreachable or Unknown where no answer came, and
    Rejected with the fact `status` where it was another one. None says anything of the answer but
    that.
    """
    try:
        answer = await outbound.request(
            "POST",
            post.url,
            headers=_headers(post),
            content=post.body,
            limit=None,
            seconds=SEND_SECONDS,
        )
    except Unreachable as error:
        raise Unreachable("The address cannot be reached.") from error
    except Unknown as error:
        raise Unknown("No answer came within 10 s, or none that could be read.") from error
    status = answer.status
    is_taken = 200 <= status < 300 if post.kind == "events" else status == OK
    if not is_taken:
        raise Rejected(f"The address answered {status}.", status=status)
    return status


def _headers(post: Post) -> Mapping[str, str]:
    plain = {"Content-Type": "application/json"}
    if post.kind != "events":
        return plain
    now = int(time.time())
    return plain | {
        "webhook-id": post.id,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(post.secret, post.id, now, post.body),
    }
