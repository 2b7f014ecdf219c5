"""`python -m helpdesk …` as a process of its own: started, watched, signalled, ended by its pid."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from tests.workers.embedded_places import wait_until

CALM = {"HELPDESK_LOG_LEVEL": "WARNING", "HELPDESK_OUTBOUND_ALLOW": "127.0.0.1"}


def free_port() -> int:
    """A port of the loopback on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, variables: dict[str, str]) -> dict[str, str]:
    """What a command sees: no setting of the test run's own, only those given.

    What is compiled is kept, whatever the machine says: a third of a start goes there otherwise.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HELPDESK_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | CALM | {"HELPDESK_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"} | variables


def run(data_dir: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `helpdesk` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "helpdesk", *arguments],
        env=environment(data_dir, variables),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=90,
    )


class Process:
    """`helpdesk demo` or `helpdesk serve`; may be started again after its end."""

    def __init__(
        self, command: str, data_dir: Path, *options: str, port: int = 0, **variables: str
    ) -> None:
        self.port = port or free_port()
        self.data_dir = data_dir
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "helpdesk", command, "--port", str(self.port)]
        self._command += options
        self._environment = environment(data_dir, variables)
        self._output = data_dir / f"output.{self.port}"
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_running:
            self.kill()

    def start(self) -> None:
        """Start it; its output begins anew."""
        with self._output.open("wb") as output:
            self._child = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_ready(self) -> float:
        """Start it, wait until it is ready, and return how long that took."""
        began = time.monotonic()
        self.start()
        self.wait_ready()
        return time.monotonic() - began

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def children(self) -> list[int]:
        """The processes that it started and that still live."""
        found = subprocess.run(
            ["/bin/ps", "-o", "pid=", "--ppid", str(self.pid)], capture_output=True, text=True
        )
        return [int(pid) for pid in found.stdout.split()]

    @property
    def output(self) -> str:
        """What it printed so far, on either stream."""
        return self._output.read_text()

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        assert self._child is not None, "it was not started"
        return self._child

    def is_ready(self) -> bool:
        assert self._started.poll() is None, f"it ended: {self.output}"
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        return False

    def wait_ready(self) -> None:
        """Wait until it can do its work; fails with its output when it ends instead."""
        wait_until(self.is_ready, 60)

    def kill(self) -> None:
        """SIGKILL it, and wait until it is gone."""
        children = self.children
        self._started.kill()
        self._started.wait(10)
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def terminate(self) -> tuple[int, float]:
        """SIGTERM it, and return its exit code and how long it took to end."""
        began = time.monotonic()
        self._started.terminate()
        return self._started.wait(30), time.monotonic() - began


@contextmanager
def running(*arguments: Any, **options: Any) -> Iterator[Process]:
    """A process that is ready, and ended at the end of the block."""
    with Process(*arguments, **options) as process:
        process.start_ready()
        yield process
