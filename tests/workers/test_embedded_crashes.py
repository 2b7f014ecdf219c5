"""The embedded PostgreSQL: what it survives. Every kill is a real one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from helpdesk.embedded import EmbeddedPostgres
from tests.workers.embedded_places import (
    answers,
    bad_settings,
    execute,
    is_running,
    kill,
    kill_postmaster,
    open_directory,
    postmaster,
    starter,
    url_of,
    wait_until,
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


BUSY_SECONDS = """do $$ declare until timestamptz := clock_timestamp() + '3 seconds';
begin while clock_timestamp() < until loop null; end loop; end $$"""
BUSY_PROCESS = "select pid from pg_stat_activity where query like 'do $$%'"


def wait_for_busy(url: str) -> int:
    wait_until(lambda: execute(url, BUSY_PROCESS) is not None)
    return int(str(execute(url, BUSY_PROCESS)))


def pid_file(data_dir: Path) -> Path:
    return data_dir / "postgres/data/postmaster.pid"


def test_supervised_server_comes_back_with_what_was_committed(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    postgres.supervise()
    urls = postgres.start()
    execute(urls.owner, "create table kept as select 42 as number", "select 1")
    kill_postmaster(pid_file(data_dir))
    wait_until(lambda: answers(urls.app))
    assert execute(urls.app, "select number from kept") == 42


def test_one_of_two_supervisors_brings_the_server_back(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    postgres.supervise()
    url = postgres.start().app
    with starter(data_dir, "supervise") as other:
        url_of(other)
        kill_postmaster(pid_file(data_dir))
        wait_until(lambda: answers(url))
        started = execute(url, "select pg_postmaster_start_time()")
    assert execute(url, "select pg_postmaster_start_time()") == started


def test_server_outlives_its_starter_and_is_used_again(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    with starter(data_dir) as first:
        url_of(first)
        kill(first)
    pid = postmaster(data_dir)
    assert execute(postgres.start().app, "select 1") == 1
    assert postmaster(data_dir) == pid


def test_start_recovers_when_starter_and_server_were_killed(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    with starter(data_dir) as first:
        url_of(first)
        kill(first)
    kill_postmaster(pid_file(data_dir))
    assert execute(postgres.start().app, "select 1") == 1


def test_pid_file_naming_a_foreign_process_is_not_believed(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    url = postgres.start().app
    lines = pid_file(data_dir).read_text().splitlines()
    kill_postmaster(pid_file(data_dir))
    with subprocess.Popen(["/bin/sleep", "60"], user=pid_file(data_dir).stat().st_uid) as foreign:
        stale = "\n".join([str(foreign.pid), *lines[1:]])
        pid_file(data_dir).write_text(stale)
        (data_dir / "postgres/sock/.s.PGSQL.5432.lock").write_text(stale)
        assert postgres.start().app == url
        assert execute(url, "select 1") == 1
        postgres.close()
        assert foreign.poll() is None
        foreign.kill()


def test_start_killed_while_it_made_the_files_is_made_again(new_dir: Path) -> None:
    home = new_dir / "postgres"
    with starter(new_dir) as first:
        wait_until(lambda: any(home.glob("data.new-*/base")))
        kill(first)
    assert not (home / "data").exists()
    embedded = EmbeddedPostgres(new_dir)
    assert execute(embedded.start().app, "select 1") == 1
    embedded.close()


def test_half_made_files_are_removed(postgres: EmbeddedPostgres, data_dir: Path) -> None:
    half_made = data_dir / "postgres/data.new-1234"
    half_made.mkdir(parents=True)
    postgres.start()
    assert not half_made.exists()


def test_starter_killed_at_any_moment_leaves_what_the_next_one_can_use(new_dir: Path) -> None:
    for milliseconds in range(50, 1200, 250):
        with starter(new_dir) as first:
            with suppress(subprocess.TimeoutExpired):
                first.wait(milliseconds / 1000)
            kill(first)
    embedded = EmbeddedPostgres(new_dir)
    assert execute(embedded.start().app, "select 1") == 1
    embedded.close()


def test_restart_waits_for_the_last_query_of_the_killed_server(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    """Two servers on the same files would ruin them."""
    postgres.supervise()
    url = postgres.start().app
    with ThreadPoolExecutor() as pool:
        pool.submit(execute, url, BUSY_SECONDS)
        orphan = wait_for_busy(url)
        kill_postmaster(pid_file(data_dir))
        assert is_running(orphan)
        wait_until(lambda: answers(url))
    assert not is_running(orphan)


def test_supervisor_outlives_a_restart_that_fails(
    postgres: EmbeddedPostgres, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    postgres.supervise()
    url = postgres.start().app
    with bad_settings(data_dir):
        kill_postmaster(pid_file(data_dir))
        wait_until(lambda: "will be tried again" in caplog.text)
    wait_until(lambda: answers(url))


def test_server_that_lost_its_socket_is_started_anew(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    postgres.supervise()
    url = postgres.start().app
    (data_dir / "postgres/sock/.s.PGSQL.5432").unlink()
    wait_until(lambda: answers(url))


def test_closing_ends_the_supervisor_so_that_the_server_stays_down(
    postgres: EmbeddedPostgres, data_dir: Path
) -> None:
    postgres.supervise()
    pid = postmaster(data_dir)
    postgres.close()
    assert not is_running(pid)
    assert not pid_file(data_dir).exists()


def test_interrupt_in_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job may come without it
    with starter(data_dir, process_group=0, stderr=subprocess.DEVNULL) as first:
        url = url_of(first)
        os.killpg(first.pid, signal.SIGINT)
        first.wait()
    assert execute(url, "select 1") == 1
    kill_postmaster(pid_file(data_dir))
