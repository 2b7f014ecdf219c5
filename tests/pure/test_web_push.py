"""Web push: what goes out is what the RFCs say, and only the browser can read it."""

import json
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from helpdesk.actions.push_subscriptions import read_browser
from helpdesk.errors import InputError
from helpdesk.gateways.web_push import (
    Browser,
    encrypt,
    from_base64url,
    public_bytes,
    read_public_key,
    sign,
    to_base64url,
)
from helpdesk.vault import Vault
from tests.push import FakeBrowser

# RFC 8291, section 5 and appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)
ENDPOINT = "https://push.example.net:8443/p/1"


def test_the_example_of_the_rfc_comes_out_to_the_letter() -> None:
    browser = Browser(
        endpoint=ENDPOINT, public_key=from_base64url(RECEIVER), auth_secret=from_base64url(AUTH)
    )
    key = ec.derive_private_key(int.from_bytes(from_base64url(SENDER)), ec.SECP256R1())
    assert to_base64url(encrypt(TEXT, browser, key=key, salt=from_base64url(SALT))) == BODY


def test_the_browser_reads_it_and_no_other_does() -> None:
    phone, other = FakeBrowser(), FakeBrowser()
    body = encrypt(TEXT, phone.browser)
    assert phone.decrypt(body) == TEXT
    assert encrypt(TEXT, phone.browser) != body
    with pytest.raises(InvalidTag):
        other.decrypt(body)


def test_the_push_service_can_tell_who_sends_and_to_whom() -> None:
    key = Vault("x" * 40).push_key
    scheme, _, rest = sign(ENDPOINT, key, contact="https://desk.example", now=1000).partition(" ")
    given = dict(part.split("=", 1) for part in rest.split(", "))
    head, claims, signature = given["t"].split(".")
    assert scheme == "vapid"
    assert json.loads(from_base64url(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(from_base64url(claims)) == {
        "aud": "https://push.example.net:8443",
        "exp": 1000 + 12 * 3600,
        "sub": "https://desk.example",
    }
    raw = from_base64url(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = read_public_key(from_base64url(given["k"]))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, f"{head}.e30".encode(), ec.ECDSA(SHA256()))
    assert urlsplit(ENDPOINT).port == 8443


def test_every_process_has_the_same_key_and_every_installation_its_own() -> None:
    first, again, other = (
        public_bytes(Vault(secret * 40).push_key.public_key()) for secret in "xxy"
    )
    assert first == again != other
    assert len(first) == 65


KEYS = {"p256dh": RECEIVER, "auth": AUTH}
COMPRESSED = to_base64url(
    read_public_key(from_base64url(RECEIVER)).public_bytes(
        Encoding.X962, PublicFormat.CompressedPoint
    )
)


def test_what_a_browser_says_is_read_with_and_without_padding() -> None:
    read = read_browser(ENDPOINT, p256dh=RECEIVER + "=", auth=AUTH + "==")
    assert read == read_browser(ENDPOINT, **KEYS)
    assert len(read.public_key) == 65


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("endpoint", {"endpoint": "ftp://push.example"}),
        ("endpoint", {"endpoint": "https://user@push.example/"}),
        ("keys.p256dh", {"p256dh": RECEIVER[:-4]}),
        ("keys.p256dh", {"p256dh": "B" + "A" * 86}),
        ("keys.p256dh", {"p256dh": "ü"}),
        ("keys.p256dh", {"p256dh": "A"}),
        ("keys.p256dh", {"p256dh": "!!" + RECEIVER}),
        ("keys.p256dh", {"p256dh": COMPRESSED}),
        ("keys.auth", {"auth": "AAAA"}),
        ("keys.auth", {"auth": "A"}),
    ],
    ids=[
        "scheme",
        "user",
        "short",
        "off the curve",
        "letters",
        "length",
        "signs",
        "compressed",
        "auth",
        "auth length",
    ],
)
def test_what_is_no_subscription_is_refused_by_field(field: str, given: dict[str, str]) -> None:
    said = {"endpoint": ENDPOINT, **KEYS} | given
    with pytest.raises(InputError) as refused:
        read_browser(said["endpoint"], p256dh=said["p256dh"], auth=said["auth"])
    assert list(refused.value.facts["errors"]) == [field]  # type: ignore[call-overload]
