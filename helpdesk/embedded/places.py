"""Where the embedded PostgreSQL keeps its files and its socket, and the locks on them."""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpdesk.embedded.account import Account
from helpdesk.errors import HelpdeskError

SYSTEM_DIR = Path("/var/lib/helpdesk")
SHORT_DIR = Path("/tmp")  # noqa: S108 - only for a private directory, checked to be ours
SOCKET_PATH_LIMIT = 100  # macOS allows 103 bytes, Linux 107
SOCKET_NAME = ".s.PGSQL.5432"


def settle_home(place: Path, account: Account, system_dir: Path) -> Path:
    """The directory of the cluster: `place`, or what `place` links to.

    Below a directory that the account cannot enter it links to a fresh directory of the system.
    The link is the memory of that choice: it moves, and is deleted, with the data directory.
    """
    if not os.path.lexists(place):
        if account.can_enter(place.parent):
            place.mkdir(mode=0o700, exist_ok=True)
        else:
            _link_to_system(place, system_dir)
    home = place.resolve()
    if not home.is_dir():
        raise HelpdeskError(f"{place} leads to {home}, which is not there: bring it back first.")
    if home.stat().st_uid == os.geteuid():
        account.own(home)
    if not account.can_enter(home):
        raise HelpdeskError(
            f"The database in {home} belongs to {account}, who cannot enter that directory any "
            "more: allow it to enter the directories above, as before."
        )
    return home


def _link_to_system(place: Path, system_dir: Path) -> None:
    make_system_dir(system_dir)
    target = tempfile.mkdtemp(prefix=f"{place.parent.name}-", dir=system_dir)
    try:
        place.symlink_to(target)
    except FileExistsError:  # another process was first
        Path(target).rmdir()


def make_system_dir(system_dir: Path) -> None:
    """Only what is missing is made, readable for all; what stands there keeps its mode."""
    if not system_dir.exists():
        system_dir.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            system_dir.mkdir()
            system_dir.chmod(0o755)


def choose_socket_dir(home: Path) -> Path:
    """Beside the data; if that path is too long or odd for a socket, a short one named after it."""
    inside = home / "sock"
    path = str(inside / SOCKET_NAME)
    if len(path) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[A-Za-z0-9/._-]+", path):
        return inside
    return SHORT_DIR / f"helpdesk-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def make_private(directory: Path, account: Account) -> None:
    """Make it with mode 0700, or make sure that what stands there is ours and private already.

    Whoever can write in the socket's directory can pose as the database.
    """
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    is_ours = found.st_uid in {os.geteuid(), account.uid}
    if not (stat.S_ISDIR(found.st_mode) and is_ours and not found.st_mode & 0o077):
        raise HelpdeskError(
            f"{directory} must be a directory of {account} with mode 0700, because the database's "
            "socket stands in it: remove what is there."
        )
    account.own(directory)


@contextmanager
def locked(path: Path, account: Account) -> Iterator[None]:
    """Alone on this machine, until the block or the process ends."""
    descriptor = account.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
