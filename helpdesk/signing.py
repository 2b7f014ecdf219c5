"""Links to files that work without a session: signed, and for a limited time."""

import time
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from helpdesk.errors import NotFound
from helpdesk.vault import Vault

VALID_SECONDS = 24 * 3600


class MediaLinks:
    """Makes and checks links to `/media/{id}` under the public address of this server."""

    def __init__(self, vault: Vault, public_url: str) -> None:
        self._vault = vault
        self._public_url = public_url.rstrip("/")

    def outside(self, media_id: UUID, account_id: UUID) -> str:
        """Return an address that works for 24 hours, for a gateway to fetch the file."""
        expires = int(time.time()) + VALID_SECONDS
        signature = self._vault.sign(_text(media_id, account_id, expires))
        return (
            f"{self._public_url}/media/{media_id}"
            f"?account={account_id.hex}&expires={expires}&signature={signature}"
        )

    @property
    def is_reachable(self) -> bool:
        """Whether somebody outside can fetch from us: our public address is not a private one."""
        host = urlsplit(self._public_url).hostname or ""
        try:
            return ip_address(host).is_global
        except ValueError:
            return "." in host and not host.endswith((".local", ".localhost", ".internal"))

    def check(self, media_id: UUID, account_id: UUID, expires: int, signature: str) -> None:
        """Raise NotFound unless the link is ours and still valid."""
        text = _text(media_id, account_id, expires)
        if expires < time.time() or not self._vault.is_signed(text, signature):
            raise NotFound("This link is not valid any more.")


def _text(media_id: UUID, account_id: UUID, expires: int) -> str:
    return f"media {media_id} {account_id} {expires}"
