"""Settings: read from the environment, and refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from helpdesk.errors import InputError
from helpdesk.settings import Settings


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


@pytest.mark.parametrize("wrong", [{"max_upload_mb": 0}, {"log_level": "LOUD"}, {"workers": "yes"}])
def test_a_value_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        make(**wrong)


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
