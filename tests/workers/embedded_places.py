"""Directories, processes and queries for the tests of the embedded PostgreSQL."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

STARTER = """
import logging, pathlib, sys
from helpdesk.embedded import EmbeddedPostgres
logging.basicConfig()
postgres = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
postgres.supervise() if "supervise" in sys.argv else None
print(postgres.start().app, flush=True)
sys.stdin.read()
postgres.close()
"""


@contextmanager
def open_directory() -> Iterator[Path]:
    """A directory that every user may enter (tmp_path is private), without servers afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="hd-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        for pid_file in directory.rglob("postmaster.pid"):
            kill_postmaster(pid_file)
        shutil.rmtree(directory)


def postmaster(data_dir: Path) -> int:
    lines = (data_dir / "postgres/data/postmaster.pid").read_text().splitlines()
    return int(lines[0])


@contextmanager
def bad_settings(data_dir: Path) -> Iterator[None]:
    """No start succeeds meanwhile."""
    settings = data_dir / "postgres/data/postgresql.conf"
    before = settings.read_text()
    settings.write_text("no_such_setting = 1\n")
    yield
    settings.write_text(before)


def is_running(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    found = subprocess.run(["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True)
    return found.returncode == 0 and not found.stdout.startswith(b"Z")


def kill_postmaster(pid_file: Path) -> None:
    """Kill what the file names, if that is a server below the file's directory."""
    pid = pid_file.read_text().split("\n")[0]
    command = subprocess.run(["/bin/ps", "-wwo", "command=", "-p", pid], capture_output=True)
    if os.fsencode(pid_file.parent) in command.stdout:
        os.kill(int(pid), signal.SIGKILL)
        wait_until(lambda: not is_running(int(pid)))


def wait_until(is_so: Callable[[], bool], seconds: float = 15) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.05)


def starter(
    data_dir: Path, *options: str, python: Sequence[str] = (sys.executable,), **popen: Any
) -> subprocess.Popen[str]:
    """Another process that starts the server, prints its URL and leaves when stdin ends."""
    paths = [str(Path(__file__).parents[2]), *filter(os.path.isdir, sys.path)]
    return subprocess.Popen(
        [*python, "-c", STARTER, str(data_dir), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PYTHONPATH": ":".join(paths)},
        **popen,
    )


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def execute(url: str, *statements: str) -> object:
    """Run each statement; the answer is the first value of the last one."""

    async def run() -> object:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def answers(url: str) -> bool:
    with suppress(OSError, asyncpg.PostgresError):
        return execute(url, "select 1") == 1
    return False
