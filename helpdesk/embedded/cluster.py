"""One PostgreSQL cluster on disk: made once and whole, looked at, started, stopped."""

import errno
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from enum import StrEnum
from pathlib import Path

from helpdesk.embedded.account import ENVIRONMENT, Account
from helpdesk.embedded.places import SOCKET_NAME, choose_socket_dir, make_private
from helpdesk.errors import HelpdeskError

CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
INITDB_OPTIONS = [
    *("--username=postgres", "--auth-local=trust", "--auth-host=reject", "--no-instructions"),
    *("--encoding=UTF8", "--data-checksums", "--locale-provider=builtin"),
    *("--builtin-locale=C.UTF-8", "--lc-collate=C", f"--lc-ctype={CTYPE}", "--lc-messages=C"),
]
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "autovacuum_naptime": "10s",  # the planner learns of a burst soon
    "max_parallel_workers_per_gather": "0",  # needs more /dev/shm than a container has
    "logging_collector": "off",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # the detail of an error shows people's numbers and words
    "log_min_error_statement": "panic",
}
# In template1, so that every database made later gives the application the same rights.
FIRST_SQL = b"""\
create role helpdesk_owner login;

create role helpdesk_app login;

alter default privileges for role helpdesk_owner in schema public
grant select, insert, update, delete on tables to helpdesk_app;

alter default privileges for role helpdesk_owner in schema public
grant usage, select, update on sequences to helpdesk_app;

create database helpdesk owner helpdesk_owner;

"""
LAUNCH_SECONDS = 5
READY_SECONDS = 60
STOP_SECONDS = 60
LOG_LIMIT = 10 * 1024 * 1024
LOG_TAIL = 2000


class State(StrEnum):
    """What the server is doing, seen from outside."""

    ABSENT = "absent"
    BUSY = "busy"  # starting, recovering or stopping
    DEAF = "deaf"  # its socket was deleted, and nothing but a restart brings it back
    READY = "ready"


class Cluster:
    """The cluster below `home`. Its methods that change anything expect the start lock held."""

    def __init__(self, home: Path, account: Account, programs: Path, *, major: str) -> None:
        self.home = home
        self.account = account
        self.data = home / "data"
        self.log = home / "server.log"
        self.socket_dir = choose_socket_dir(home)
        self._programs = programs
        self._major = major
        self._pid_file = self.data / "postmaster.pid"
        self._socket = self.socket_dir / SOCKET_NAME

    def ensure_ready(self, cancelled: threading.Event) -> None:
        """Make the cluster if it is missing, start the server if it is absent, wait for it."""
        self._make_once()
        self._refuse_other_version()
        give_up_at = time.monotonic() + READY_SECONDS
        while (state := self.state()) is not State.READY:
            if state is State.ABSENT:
                self._launch()
            elif state is State.DEAF:
                self.stop()
            else:
                cancelled.wait(0.1)
            if time.monotonic() > give_up_at or cancelled.is_set():
                raise self._failure("PostgreSQL did not get ready in time")

    def state(self) -> State:
        """From the pid file, if its process is ours or somebody answers at the socket.

        The socket speaks for a server in another container on the same volume, whose process
        cannot be seen from here; a second one on its files would ruin them.
        """
        if not (lines := self._read_pid_file()):
            return State.ABSENT
        if self._postmaster() is None and not self._is_listening():
            return State.ABSENT
        if lines[-1].strip() != "ready":
            return State.BUSY
        return State.READY if self._socket.exists() else State.DEAF

    def stop(self) -> bool:
        """Stop in fast mode; False if it did not end in time. A server not ours is left alone."""
        if self._postmaster() is None:
            return True
        options = ["--mode=fast", "--wait", f"--timeout={STOP_SECONDS}", "--silent"]
        return self._run("pg_ctl", "stop", "-D", self.data, *options).returncode == 0

    def _make_once(self) -> None:
        """Made beside and renamed, so that a kill half-way leaves nothing that looks complete."""
        if self.data.exists():
            return
        self._remove_half_made()
        new = Path(tempfile.mkdtemp(prefix="data.new-", dir=self.home))
        self.account.own(new)
        self._must_run("initdb", "-D", new, *INITDB_OPTIONS)
        single = ["--single", "-j", "-c", "exit_on_error=on", "-D"]
        self._must_run("postgres", *single, new, "template1", stdin=FIRST_SQL)
        new.rename(self.data)
        _sync_directory(self.home)

    def _remove_half_made(self) -> None:
        """As far as it goes: the initdb of a killed attempt may still be writing in its own."""
        for half_made in self.home.glob("data.new-*"):
            shutil.rmtree(half_made, ignore_errors=True)

    def _refuse_other_version(self) -> None:
        version_file = self.data / "PG_VERSION"
        found = version_file.read_text().strip() if version_file.exists() else "no"
        if found != self._major:
            raise HelpdeskError(
                f"{self.data} is of PostgreSQL {found} and cannot be opened by PostgreSQL "
                f"{self._major}: install the helpdesk that made it, take a backup with it, and "
                "restore that into a new data directory.",
                found=found,
                wanted=self._major,
            )

    def _launch(self) -> None:
        """One attempt. It is no failure if another server is coming up, or orphans still end."""
        make_private(self.socket_dir, self.account)
        self._remove_half_made()
        self._forget_dead_server()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        options = [
            "--wait",
            f"--timeout={LAUNCH_SECONDS}",
            "--silent",
            "-o",
            self._server_options(),
        ]
        started = self._run("pg_ctl", "start", *options).returncode == 0
        if not started and self.state() is State.ABSENT and not self._has_orphans():
            raise self._failure("PostgreSQL did not start")

    def _server_options(self) -> str:
        """With the data directory, because pg_ctl hands its own -D to a shell without escapes."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket_dir)}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        return shlex.join(["-D", str(self.data), *options])

    def _forget_dead_server(self) -> None:
        """PostgreSQL believes these files while *any* process of its user has their number.

        Looked at once more, because a killed starter's server may come up this very moment.
        """
        if self.state() is State.ABSENT:
            self._pid_file.unlink(missing_ok=True)
            self._socket.with_name(f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _has_orphans(self) -> bool:
        """Processes of a killed server hold its memory: mostly 0.1 s, or until their query ends."""
        return "pre-existing shared memory block" in self._log_tail()

    def _postmaster(self) -> int | None:
        """The server's process; None if its number belongs to nobody, or to somebody else now."""
        lines = self._read_pid_file()
        if len(lines) < 2 or not lines[0].isdecimal() or lines[1] != str(self.data):
            return None
        pid = int(lines[0])
        return pid if f"/postgres -D {self.data} -c" in _command_line(pid) else None

    def _read_pid_file(self) -> list[str]:
        try:
            return os.fsdecode(self._pid_file.read_bytes()).splitlines()
        except FileNotFoundError:
            return []

    def _is_listening(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            return client.connect_ex(str(self._socket)) not in {errno.ENOENT, errno.ECONNREFUSED}

    def _must_run(self, program: str, *arguments: str | Path, stdin: bytes = b"") -> None:
        if self._run(program, *arguments, stdin=stdin).returncode != 0:
            raise self._failure(f"PostgreSQL's files could not be made ({program})")

    def _run(
        self, program: str, *arguments: str | Path, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """What it prints goes to server.log."""
        log = self.account.open(self.log, os.O_WRONLY | os.O_APPEND)
        try:
            return self.account.run(
                [self._programs / program, *arguments],
                stdin=stdin,
                output=log,
                environment={**ENVIRONMENT, "PGDATA": str(self.data)},
            )
        finally:
            os.close(log)

    def _failure(self, sentence: str) -> HelpdeskError:
        return HelpdeskError(f"{sentence}. {self.log} ends:\n{self._log_tail()}", log=str(self.log))

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-LOG_TAIL:].strip()


def _command_line(pid: int) -> str:
    """Empty if there is no such process or it is a zombie."""
    if sys.platform != "linux":
        ps = ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="]
        return os.fsdecode(subprocess.run(ps, capture_output=True, check=False).stdout)
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
    except OSError:
        return ""


def _sync_directory(directory: Path) -> None:
    """A rename survives a power cut only after this."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
