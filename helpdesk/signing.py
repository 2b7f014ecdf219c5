"""Links that work without a session: signed; to a file for a limited time, or to the phone."""

import time
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from helpdesk.errors import NotFound
from helpdesk.vault import Vault

HOUR_SECONDS = 3600
VALID_SECONDS = 24 * HOUR_SECONDS
PHONE_KEY = "hd_phone_"


class MediaLinks:
    """Makes and checks links to `/media/{id}` under the public address of this server."""

    def __init__(self, vault: Vault, public_url: str) -> None:
        self._vault = vault
        self._public_url = public_url.rstrip("/")

    def outside(self, media_id: UUID, account_id: UUID) -> str:
        """Return an address that works for 24 hours, for a gateway to fetch the file."""
        expires = int(time.time()) + VALID_SECONDS
        return self._public_url + self._path(media_id, account_id, expires)

    def inside(self, media_id: UUID, account_id: UUID) -> str:
        """Return a path on this server, for a page without a session; it works for 24 hours.

        It stays the same for an hour, so that a page that asks again keeps its pictures.
        """
        hours = int(time.time()) // HOUR_SECONDS + 1
        return self._path(media_id, account_id, hours * HOUR_SECONDS + VALID_SECONDS)

    def _path(self, media_id: UUID, account_id: UUID, expires: int) -> str:
        signature = self._vault.sign(_text(media_id, account_id, expires))
        return f"/media/{media_id}?account={account_id.hex}&expires={expires}&signature={signature}"

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


def phone_key(vault: Vault, account_id: UUID, token_digest: bytes) -> str:
    """Return what opens an account's simulated phone, until the account's token is rotated."""
    return f"{PHONE_KEY}{account_id.hex}_{vault.sign(_phone_text(account_id, token_digest))}"


def account_of_phone_key(key: str) -> UUID | None:
    """Return the account that a phone's key names, before it is known to be ours."""
    account, _, _ = key.removeprefix(PHONE_KEY).partition("_")
    try:
        return UUID(hex=account) if key.startswith(PHONE_KEY) else None
    except ValueError:
        return None


def is_phone_key(vault: Vault, key: str, account_id: UUID, token_digest: bytes) -> bool:
    """Whether the key is ours and the account's token still the one it was made with."""
    return vault.is_signed(_phone_text(account_id, token_digest), key.rpartition("_")[2])


def _phone_text(account_id: UUID, token_digest: bytes) -> str:
    return f"phone {account_id} {token_digest.hex()}"


def _text(media_id: UUID, account_id: UUID, expires: int) -> str:
    return f"media {media_id} {account_id} {expires}"
