"""Web push: a small text to a browser through its maker's push service, which cannot read it.

Encrypted by RFC 8291 (aes128gcm of RFC 8188), signed by RFC 8292, sent by RFC 8030. The libraries
for it bring an HTTP client of their own, past the guard, or are older than these schemes.
"""

import os
import time
from base64 import b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from helpdesk.errors import Rejected, Unreachable
from helpdesk.gateways.outbound import Answer, Outbound

SECRET_BYTES = 16
POINT_BYTES = 65
KEEP_SECONDS = 24 * 3600
"""How long the push service tries to reach a browser that is off."""
SIGNED_SECONDS = 12 * 3600  # RFC 8292 allows 24 h
SEND_SECONDS = 10.0
ANSWER_BYTES = 16 * 1024
RECORD_BYTES = 4096
GONE = frozenset({403, 404, 410})  # 403: it was subscribed to another key
BUSY = frozenset({408, 425, 429})
AFTER_THE_LAST = b"\x02"

PublicKey = ec.EllipticCurvePublicKey
PrivateKey = ec.EllipticCurvePrivateKey


class Browser(Struct, frozen=True, kw_only=True):
    """Where one browser takes pushes, and by what it alone reads them."""

    endpoint: str
    public_key: bytes
    auth_secret: bytes


class Gone(Rejected):
    """The browser takes no more pushes there."""

    code = "push_gone"


def read_public_key(key: bytes) -> PublicKey:
    """Read a point of P-256, uncompressed. Raises ValueError where it is none."""
    if len(key) != POINT_BYTES:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)


def public_bytes(key: PublicKey) -> bytes:
    """Return a key as a point, uncompressed: 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def to_base64url(value: bytes) -> str:
    """Encode as these RFCs do: safe in addresses, without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Decode, with or without padding. Raises ValueError for what is none."""
    bare = text.rstrip("=")
    return b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)


def encrypt(
    content: bytes,
    browser: Browser,
    *,
    key: PrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a push. `key` and `salt` are new for each, but in tests."""
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    own = public_bytes(key.public_key())
    shared = key.exchange(ec.ECDH(), read_public_key(browser.public_key))
    info = b"WebPush: info\0" + browser.public_key + own
    secret = _derive(shared, salt=browser.auth_secret, info=info, length=32)
    cipher = AESGCM(_derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16))
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    header = salt + RECORD_BYTES.to_bytes(4) + len(own).to_bytes(1) + own
    return header + cipher.encrypt(nonce, content + AFTER_THE_LAST, None)


def sign(endpoint: str, key: PrivateKey, *, contact: str, now: float) -> str:
    """Return the `Authorization` of a push: who sends, as a token that ends after 12 hours."""
    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int(now) + SIGNED_SECONDS,
        "sub": contact,
    }
    parts = [msgspec.json.encode(part) for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    text = ".".join(map(to_base64url, parts))
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    token = f"{text}.{to_base64url(r.to_bytes(32) + s.to_bytes(32))}"
    return f"vapid t={token}, k={to_base64url(public_bytes(key.public_key()))}"


class WebPush:
    """Sends pushes in the name of one installation; `contact` is its address, for complaints."""

    def __init__(self, outbound: Outbound, key: PrivateKey, *, contact: str) -> None:
        self._outbound = outbound
        self._key = key
        self._contact = contact

    async def send(self, browser: Browser, content: bytes, *, topic: str) -> None:
        """Hand a push to the push service; of one topic it keeps the newest only.

        Raises Gone where the browser takes no more, Rejected where this one is not taken, and
        Unreachable, Unknown or InputError as `Outbound.request` does.
        """
        headers = {
            "Authorization": sign(
                browser.endpoint, self._key, contact=self._contact, now=time.time()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEEP_SECONDS),
            "Topic": topic,
            "Urgency": "high",
        }
        answer = await self._outbound.request(
            "POST",
            browser.endpoint,
            headers=headers,
            content=encrypt(content, browser),
            limit=ANSWER_BYTES,
            seconds=SEND_SECONDS,
        )
        _require_taken(answer)


def _require_taken(answer: Answer) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if status in GONE:
        raise Gone("The browser takes no more pushes there.", status=status)
    if status in BUSY or status >= 500:
        after = answer.headers.get("retry-after", "")
        wait = {"retry_after": int(after)} if after.isdecimal() else {}
        raise Unreachable(f"The push service answered {status}.", status=status, **wait)
    raise Rejected(f"The push service answered {status}.", status=status)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)
