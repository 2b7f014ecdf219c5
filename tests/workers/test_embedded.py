"""The embedded PostgreSQL: what it gives, who shares it, where it lives, what it refuses."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from helpdesk.embedded import EmbeddedPostgres, EmbeddedUrls
from helpdesk.embedded.account import Account
from helpdesk.embedded.places import make_private
from helpdesk.errors import HelpdeskError
from tests.workers.embedded_places import (
    bad_settings,
    execute,
    is_running,
    open_directory,
    postmaster,
    starter,
    url_of,
)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """With files of a database after the first test; no test leaves a server running on it."""
    with open_directory() as directory:
        yield directory


@pytest.fixture
def new_dir() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


@pytest.fixture
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(data_dir)
    yield embedded
    embedded.close()


@pytest.fixture(scope="module")
def urls() -> Iterator[EmbeddedUrls]:
    """One server for the tests that only look."""
    with open_directory() as directory:
        embedded = EmbeddedPostgres(directory)
        yield embedded.start()
        embedded.close()


def test_app_reads_and_writes_what_the_owner_made(urls: EmbeddedUrls) -> None:
    execute(urls.owner, "create table line (id serial, body text)")
    inserted = "insert into line (body) values ('hello')"
    assert execute(urls.app, inserted, "select body from line") == "hello"


@pytest.mark.parametrize("statement", ["create table mine ()", "drop table ours", "truncate ours"])
def test_app_can_neither_make_nor_drop_tables(urls: EmbeddedUrls, statement: str) -> None:
    execute(urls.owner, "create table if not exists ours ()")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        execute(urls.app, statement)


def test_owner_is_not_a_superuser(urls: EmbeddedUrls) -> None:
    assert execute(urls.owner, "show is_superuser") == "off"


def test_owner_gets_trigrams_that_keep_letters_beyond_ascii(urls: EmbeddedUrls) -> None:
    extension = "create extension if not exists pg_trgm"
    assert execute(urls.owner, extension, "select similarity('żółć', 'żółw') > 0.3") is True


def test_data_is_checksummed_and_flushed(urls: EmbeddedUrls) -> None:
    settings = ("data_checksums", "fsync", "full_page_writes", "synchronous_commit")
    assert [execute(urls.app, f"show {setting}") for setting in settings] == ["on"] * 4


def test_server_listens_on_nothing_but_a_private_socket(urls: EmbeddedUrls) -> None:
    assert execute(urls.app, "show listen_addresses") == ""
    assert Path(urls.app.partition("host=")[2]).stat().st_mode & 0o777 == 0o700


def test_starting_again_keeps_the_same_server(postgres: EmbeddedPostgres, data_dir: Path) -> None:
    urls = postgres.start()
    pid = postmaster(data_dir)
    assert postgres.start() == urls
    assert postmaster(data_dir) == pid


def test_data_survives_a_stop(postgres: EmbeddedPostgres) -> None:
    execute(postgres.start().owner, "create table kept as select 42 as number")
    postgres.close()
    assert execute(postgres.start().app, "select number from kept") == 42


def test_last_one_out_stops_the_server_and_no_other(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    with starter(data_dir) as other:
        url = url_of(other)
        postgres.start()
        postgres.close()
        pid = postmaster(data_dir)
        assert execute(url, "select 1") == 1
    assert not is_running(pid)


def test_four_processes_starting_at_once_share_one_server(new_dir: Path) -> None:
    with starter(new_dir) as a, starter(new_dir) as b, starter(new_dir) as c:
        with starter(new_dir) as d:
            found = {execute(url_of(p), "select pg_postmaster_start_time()") for p in (a, b, c, d)}
        assert len(found) == 1
        pid = postmaster(new_dir)
    assert not is_running(pid)


def test_long_and_odd_data_path_gets_a_short_socket(new_dir: Path) -> None:
    odd = new_dir / f"two words, a $HOME, an 'and' and a \"quote\" ü {'x' * 60}"
    embedded = EmbeddedPostgres(odd)
    urls = embedded.start()
    pid = postmaster(odd)
    assert execute(urls.app, "select 1") == 1
    embedded.close()
    assert not is_running(pid)
    Path(urls.app.partition("host=")[2]).rmdir()


def test_socket_directory_that_is_a_link_is_refused(new_dir: Path) -> None:
    private = new_dir / "private"
    private.mkdir(mode=0o700)
    planted = new_dir / "planted"
    planted.symlink_to(private)
    with pytest.raises(HelpdeskError, match="mode 0700"):
        make_private(planted, Account())


def test_socket_directory_that_others_may_enter_is_refused(new_dir: Path) -> None:
    with pytest.raises(HelpdeskError, match="mode 0700"):
        make_private(new_dir, Account())


def test_data_of_another_major_version_is_refused(new_dir: Path) -> None:
    version = new_dir / "postgres/data/PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("15\n")
    with pytest.raises(HelpdeskError, match="is of PostgreSQL 15 and cannot be opened"):
        EmbeddedPostgres(new_dir).start()


def test_failed_start_shows_the_end_of_the_log(postgres: EmbeddedPostgres, data_dir: Path) -> None:
    postgres.start()
    postgres.close()
    with bad_settings(data_dir), pytest.raises(HelpdeskError, match="no_such_setting"):
        postgres.start()


def test_platform_without_programs_is_told_to_use_its_own_server(new_dir: Path) -> None:
    (new_dir / "empty").mkdir()
    with pytest.raises(HelpdeskError, match="HELPDESK_DATABASE_URL"):
        EmbeddedPostgres(new_dir, package=new_dir / "empty").start()


def test_large_log_is_set_aside_at_start(postgres: EmbeddedPostgres, data_dir: Path) -> None:
    postgres.start()
    postgres.close()
    log = data_dir / "postgres/server.log"
    log.write_bytes(b"x" * 11_000_000)
    postgres.start()
    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").stat().st_size == 11_000_000


def test_log_keeps_the_words_of_people_out(postgres: EmbeddedPostgres, data_dir: Path) -> None:
    url = postgres.start().owner
    with pytest.raises(asyncpg.UniqueViolationError):
        execute(url, "create table word (w text unique)", "insert into word values ('s3'), ('s3')")
    log = (data_dir / "postgres/server.log").read_text()
    assert "duplicate key" in log
    assert "s3" not in log
