"""Settings: read from the environment, and refused with a sentence."""

import re
from pathlib import Path
from typing import Any

import pytest

from helpdesk.errors import InputError
from helpdesk.settings import Settings, read_settings


def make(**fields: Any) -> Settings:
    """Settings that read no `.env`."""
    return Settings(_env_file=None, **fields)


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+asyncpg://"])
@pytest.mark.parametrize("name", ["database_url", "migrate_url"])
def test_every_usual_address_of_a_database_gets_our_driver(scheme: str, name: str) -> None:
    settings = make(**{name: f"{scheme}u:p@h/db"})
    assert getattr(settings, name) == "postgresql+asyncpg://u:p@h/db"


def test_without_an_address_the_embedded_database_is_used() -> None:
    assert make().is_embedded
    assert not make(database_url="postgres://h/db").is_embedded


def test_the_schema_is_changed_by_the_role_that_is_named_for_it() -> None:
    assert make(database_url="postgres://a/b").schema_url == "postgresql+asyncpg://a/b"
    both = make(database_url="postgres://a/b", migrate_url="postgres://c/d")
    assert both.schema_url == "postgresql+asyncpg://c/d"


def test_a_variable_sets_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_DATA_DIR", "/somewhere")
    monkeypatch.setenv("HELPDESK_MAX_UPLOAD_MB", "4")
    assert (make().data_dir, make().max_upload_mb) == (Path("/somewhere"), 4)


NONSENSE = {
    "DATABASE_URL": ["foo", "mysql://h/db", "postgresql://u:p@h:port/db", "postgres://u:p#w@h/db"],
    "MIGRATE_URL": ["foo"],
    "BUS_URL": ["foo", "http://h:4222"],
    "PUBLIC_URL": [
        "foo", "desk.example.com", "ftp://h", "http://", "https://h:port", "http://h:70000",
        "https://h?x=1", "https://h#x", "https://u:p@h", "https://a b", "https:///app",
    ],
    "SMTP_URL": ["foo", "http://h"],
    "PUBLIC_DOCS": ["yes"],
    "OUTBOUND_ALLOW": ["http://h", "a b", "h:port", "h:0", "h/path", "a.lan,h:70000", "1::2::3"],
    "LOG_LEVEL": ["LOUD"],
    "GET_SEND": ["1"],
    "MAX_UPLOAD_MB": ["0", "-1", "many", "1.5"],
    "WORKERS": ["true"],
    "SOCKETS_PER_AGENT": ["0"],
    "TRUSTED_PROXIES": ["abc", "10.0.0.1;10.0.0.2", "10.0.0.0/33", "proxy.lan"],
}  # fmt: skip
SENSE = {
    "DATABASE_URL": ["postgresql://u:p@h:5432/db", "postgres://u@/db?host=/run"],
    "BUS_URL": ["nats://user:secret@h:4222"],
    "PUBLIC_URL": [
        "http://[::1]:8000",
        "https://desk.example.com/",
        "http://my_host",
        "http://é.x",
    ],
    "SMTP_URL": ["smtp://user:secret@h:587", "smtps://h"],
    "OUTBOUND_ALLOW": ["a.lan, 10.0.0.5:8080", "::1", "[::1]:8080", "localhost"],
    "TRUSTED_PROXIES": ["10.0.0.1, 172.16.0.0/12", "::1", "*"],
    "MAX_UPLOAD_MB": ["1"],
}
FREE_TEXT = {"data_dir", "secret_key"}


def each(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, several in values.items() for value in several]


@pytest.mark.parametrize(("name", "value"), each(NONSENSE))
def test_a_value_that_makes_no_sense_is_refused_with_its_form_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HELPDESK_{name}", value)
    with pytest.raises(InputError) as refused:
        read_settings(_env_file=None)
    said = refused.value.detail
    assert re.fullmatch(rf"HELPDESK_{name} must be [^:]+.*, such as \S+\.", said)
    example = said.rpartition(" such as ")[2].removesuffix(".")
    monkeypatch.setenv(f"HELPDESK_{name}", example)
    read_settings(_env_file=None)


@pytest.mark.parametrize(("name", "value"), each(SENSE))
def test_a_value_that_makes_sense_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HELPDESK_{name}", value)
    read_settings(_env_file=None)


def test_every_variable_that_is_no_free_text_has_a_value_to_refuse() -> None:
    assert {name.lower() for name in NONSENSE} | FREE_TEXT == Settings.model_fields.keys()


def test_every_wrong_variable_gets_a_sentence_and_no_secret_is_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_URL", "hidden")
    monkeypatch.setenv("HELPDESK_WORKERS", "2")
    with pytest.raises(InputError) as refused:
        read_settings(_env_file=None)
    assert refused.value.detail.count("HELPDESK_") == 2
    assert "hidden" not in refused.value.detail


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"HELPDESK_{name.upper()}", "")
    assert make() == Settings.model_construct()
    assert not make().model_fields_set


def test_a_slash_at_the_end_of_the_public_address_does_not_count() -> None:
    assert make(public_url="https://desk.example.com/").public_url == "https://desk.example.com"


@pytest.mark.parametrize("key", ["", "x" * 31])
def test_a_short_secret_key_is_refused_with_a_way_to_make_one(key: str) -> None:
    with pytest.raises(InputError, match="Make one with"):
        make(secret_key=key).require_secret_key()


def test_no_secret_is_shown_when_the_settings_are_printed() -> None:
    settings = make(secret_key="x" * 40, smtp_url="smtp://u:hidden@h")
    assert "x" * 40 not in repr(settings)
    assert "hidden" not in repr(settings)


def test_hosts_that_may_be_private_are_a_list_with_commas() -> None:
    assert make(outbound_allow=" a.lan, b:8080,, ").outbound_hosts == {"a.lan", "b:8080"}


@pytest.mark.parametrize(("url", "is_https"), [("https://x", True), ("http://x", False)])
def test_https_is_known_by_the_public_address(url: str, *, is_https: bool) -> None:
    assert make(public_url=url).is_https is is_https
