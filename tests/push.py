"""A browser that takes pushes, as the tests have it: it reads what only it can read."""

import json
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpdesk import clock
from helpdesk.actions.push_subscriptions import subscribe
from helpdesk.actors import Actor
from helpdesk.gateways.web_push import Browser, public_bytes, to_base64url
from helpdesk.tables.columns import new_id
from helpdesk.tables.session import Session
from tests.factories import AccountUnderTest
from tests.fake_fonnte import FakeFonnte, Received

CURVE = ec.SECP256R1()


class FakeBrowser:
    """Its keys, its address at a push service on the loopback, and what it was told."""

    def __init__(self, service: FakeFonnte | None = None, name: str = "phone") -> None:
        self.service = service
        self.name = name
        self.key = ec.generate_private_key(CURVE)
        self.secret = os.urandom(16)

    @property
    def path(self) -> str:
        return f"/push/{self.name}"

    @property
    def endpoint(self) -> str:
        base = self.service.base_url if self.service else "https://push.example"
        return base + self.path

    @property
    def browser(self) -> Browser:
        """What the server knows of it."""
        public = public_bytes(self.key.public_key())
        return Browser(endpoint=self.endpoint, public_key=public, auth_secret=self.secret)

    @property
    def body(self) -> dict[str, Any]:
        """What it says of its subscription."""
        browser = self.browser
        keys = {
            "p256dh": to_base64url(browser.public_key),
            "auth": to_base64url(browser.auth_secret),
        }
        return {"endpoint": self.endpoint, "keys": keys}

    @property
    def requests(self) -> list[Received]:
        """What the push service was asked to hand on to it."""
        assert self.service
        return [each for each in self.service.received if each.path == self.path]

    @property
    def told(self) -> list[dict[str, Any]]:
        """What it could read of that."""
        return [json.loads(self.decrypt(each.body)) for each in self.requests]

    def decrypt(self, body: bytes) -> bytes:
        """Read a push by RFC 8291, from the receiving side."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, content = body[21 : 21 + length], body[21 + length :]
        assert len(content) <= size
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        both = b"WebPush: info\0" + public_bytes(self.key.public_key()) + sender
        secret = HKDF(SHA256(), 32, salt=self.secret, info=both).derive(shared)
        key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0").derive(secret)
        padded = AESGCM(key).decrypt(nonce, content, None)
        text, mark, _ = padded.rpartition(b"\2")
        assert mark
        return text


async def sign_in(account: AccountUnderTest, agent: Actor) -> UUID:
    """Store a session of an agent and return its id."""
    now, id_ = clock.now(), new_id()
    row = Session(
        account_id=account.id,
        id=id_,
        kind="agent",
        agent_id=agent.id,
        token_digest=os.urandom(32),
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(days=7),
    )
    await account.insert(row)
    return id_


async def take_pushes(
    account: AccountUnderTest, agent: Actor, browser: FakeBrowser | None = None
) -> UUID:
    """Sign an agent in on a browser that takes pushes, and close it; return the session."""
    session_id = await sign_in(account, agent)
    async with account.work() as work:
        await subscribe(work, session_id, (browser or FakeBrowser()).browser, now=clock.now())
    return session_id
