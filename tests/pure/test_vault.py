"""Tokens, seals, digests, signatures and passwords."""

import math
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import InputError
from helpdesk.vault import (
    ALPHABET,
    CHECKSUM_CHARS,
    SECRET_CHARS,
    Vault,
    check_existing_token,
    hash_password,
    is_password,
    make_token,
    nobodys_hash,
)

VAULT, OTHER = Vault("k" * 40), Vault("l" * 40)


def number_of(chars: str) -> int:
    """Read a number whose lowest digit stands first."""
    return sum(ALPHABET.index(char) * len(ALPHABET) ** place for place, char in enumerate(chars))


@pytest.mark.parametrize("prefix", ["hd_agt_", "hd_dev_", "hd_acc_"])
def test_a_token_has_its_prefix_and_a_checksum_that_fits(prefix: str) -> None:
    token = make_token(prefix)
    assert token.startswith(prefix)
    assert number_of(token[-CHECKSUM_CHARS:]) == zlib.crc32(token[:-CHECKSUM_CHARS].encode())
    assert len(token) == len(prefix) + SECRET_CHARS + CHECKSUM_CHARS
    assert check_existing_token(token) == token


def test_a_token_holds_at_least_128_random_bits() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert SECRET_CHARS * math.log2(len(ALPHABET)) >= 128
    assert len({make_token("hd_") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("token", ["x" * 15, "x" * 65, "x" * 20 + ",", "x x" * 10, "x" * 20 + "\n"])
def test_a_token_from_elsewhere_must_be_usable(token: str) -> None:
    with pytest.raises(InputError):
        check_existing_token(token)


@pytest.mark.parametrize("token", ["x" * 16, "x" * 64, "abcDEF!@#$%^&*()"])
def test_a_token_from_elsewhere_is_taken_as_it_is(token: str) -> None:
    assert check_existing_token(token) == token


@given(st.text())
def test_what_was_sealed_opens_again(plain: str) -> None:
    assert VAULT.open(VAULT.seal(plain)) == plain


def test_the_same_text_is_never_sealed_alike() -> None:
    assert VAULT.seal("token") != VAULT.seal("token")


def test_with_another_key_the_seal_says_which_setting_is_wrong() -> None:
    with pytest.raises(InputError, match="HELPDESK_SECRET_KEY is not the one"):
        OTHER.open(VAULT.seal("token"))


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 27, b"x" * 60])
def test_what_no_seal_made_is_refused_with_the_same_sentence(sealed: bytes) -> None:
    with pytest.raises(InputError, match="HELPDESK_SECRET_KEY"):
        VAULT.open(sealed)


def test_a_digest_differs_by_key_and_by_secret_and_is_32_bytes() -> None:
    assert VAULT.digest("a") == Vault("k" * 40).digest("a")
    assert len({VAULT.digest("a"), VAULT.digest("b"), OTHER.digest("a")}) == 3
    assert len(VAULT.digest("a")) == 32


def test_a_signature_fits_its_text_and_key_alone() -> None:
    signature = VAULT.sign("text")
    assert len(signature) == 43
    assert set(signature) <= set(ALPHABET)
    assert VAULT.is_signed("text", signature)
    assert not VAULT.is_signed("other", signature)
    assert not OTHER.is_signed("text", signature)
    assert not VAULT.is_signed("text", "é")


def test_a_password_fits_its_hash_alone() -> None:
    stored = hash_password("correct horse")
    assert stored.startswith("$argon2id$")
    assert is_password("correct horse", stored)
    assert not is_password("correct hors", stored)
    assert not is_password("correct horse", nobodys_hash())
    assert not is_password("correct horse", "no hash")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(InputError):
        hash_password("123456789")
