"""Secrets: made, digested for look-up, sealed where they must be shown again, signed.

All keys are derived from one secret key, so losing it makes sealed things unreadable and changing
it signs everybody out.
"""

import hmac
import os
import secrets
import string
import zlib
from base64 import b64encode
from functools import cache
from hashlib import sha256

import argon2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpdesk.errors import InputError

ALPHABET = string.digits + string.ascii_letters
SECRET_CHARS = 32  # 190 bits
CHECKSUM_CHARS = 6
NONCE_BYTES = 12
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
LEAST_PASSWORD_CHARS = 10
WEBHOOK_SECRET = "whsec_"  # noqa: S105 - a prefix


def make_token(prefix: str) -> str:
    """Return a new token such as `hd_agt_…`: 190 random bits and a checksum of 6 characters."""
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(SECRET_CHARS))
    return body + _checksum(body)


def make_webhook_secret() -> str:
    """Return a new secret by Standard Webhooks: `whsec_` and 32 random bytes in base64."""
    return WEBHOOK_SECRET + b64encode(os.urandom(32)).decode()


def check_existing_token(token: str) -> str:
    """Return a token brought along from elsewhere; raise InputError unless it can be one."""
    if not (16 <= len(token) <= 64) or "," in token or not token.isprintable() or " " in token:
        raise InputError(
            "A token has 16 to 64 characters, without spaces and commas.",
            errors={"token": "Give 16 to 64 characters, no spaces, no commas."},
        )
    return token


def _checksum(body: str) -> str:
    value, chars = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_CHARS):
        value, digit = divmod(value, len(ALPHABET))
        chars += ALPHABET[digit]
    return chars


class Vault:
    """Everything that needs the secret key."""

    def __init__(self, secret_key: str) -> None:
        self._pepper = _derive(secret_key, b"digest")
        self._signing = _derive(secret_key, b"sign")
        self._cipher = AESGCM(_derive(secret_key, b"seal"))
        self.push_key = _derive_private_key(secret_key, b"push")
        """Signs pushes (RFC 8292): the same in every process, and browsers subscribe to it."""

    def digest(self, secret: str) -> bytes:
        """Return what is stored of a secret for look-up: HMAC-SHA256 with a pepper, 32 bytes."""
        return hmac.digest(self._pepper, secret.encode(), sha256)

    def seal(self, plain: str) -> bytes:
        """Encrypt with AES-256-GCM; the nonce stands in front."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Decrypt what `seal` made. Raises InputError when the secret key was changed."""
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise InputError("HELPDESK_SECRET_KEY is not the one this was sealed with.") from None
        return plain.decode()

    def sign(self, text: str) -> str:
        """Return a signature of the text: 43 characters, safe in an address."""
        return _base62(hmac.digest(self._signing, text.encode(), sha256))

    @property
    def via(self) -> str:
        """What stands in the header `Via` of all that this installation asks of others."""
        return f"1.1 helpdesk-{self.sign('via')[:16]}"

    def is_signed(self, text: str, signature: str) -> bool:
        """Whether `sign` made the signature; takes the same time either way."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())


def _derive(secret_key: str, purpose: bytes, length: int = 32) -> bytes:
    derivation = HKDF(SHA256(), length, salt=None, info=b"helpdesk " + purpose)
    return derivation.derive(secret_key.encode())


def _derive_private_key(secret_key: str, purpose: bytes) -> ec.EllipticCurvePrivateKey:
    """Return a key of P-256; 64 bits more than needed leave no bias (FIPS 186-5, A.2.1)."""
    value = int.from_bytes(_derive(secret_key, purpose, 40))
    return ec.derive_private_key(value % (P256_ORDER - 1) + 1, ec.SECP256R1())


def _base62(value: bytes) -> str:
    number, chars = int.from_bytes(value, "big"), ""
    for _ in range(43):
        number, digit = divmod(number, len(ALPHABET))
        chars += ALPHABET[digit]
    return chars


_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def nobodys_hash() -> str:
    """Return a hash that no password fits and that costs the same time to try."""
    return _hasher.hash(secrets.token_urlsafe())


def hash_password(password: str) -> str:
    """Return an argon2id hash (19 MiB, 2 passes). Raises InputError under 10 characters."""
    if len(password) < LEAST_PASSWORD_CHARS:
        raise InputError(
            f"A password has at least {LEAST_PASSWORD_CHARS} characters.",
            errors={"password": f"Give at least {LEAST_PASSWORD_CHARS} characters."},
        )
    return _hasher.hash(password)


def is_password(password: str, password_hash: str) -> bool:
    """Whether the password fits the hash."""
    try:
        return _hasher.verify(password_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
