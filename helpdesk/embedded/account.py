"""The account that PostgreSQL runs as: ours, or another one when we are root, which it refuses."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpdesk.errors import HelpdeskError

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
UNPRIVILEGED = ("nobody", "daemon", "postgres")


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL's programs and owns its files; without numbers, we ourselves."""

    uid: int | None = None
    gid: int | None = None

    def run(
        self,
        command: Sequence[str | Path],
        *,
        stdin: bytes = b"",
        output: int = subprocess.DEVNULL,
        environment: Mapping[str, str] = ENVIRONMENT,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run to its end, in a session of its own so that Ctrl-C in our terminal stays ours."""
        return subprocess.run(
            command,
            input=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env=environment,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def can_enter(self, directory: Path) -> bool:
        """Tried rather than reckoned from modes: access lists and mounts have a say as well."""
        if self.uid is None:
            return True
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", directory]).returncode == 0

    def own(self, directory: Path) -> None:
        """Hand over a directory that we made."""
        if self.uid is not None and self.gid is not None:
            os.chown(directory, self.uid, self.gid, follow_symlinks=False)

    def open(self, path: Path, flags: int) -> int:
        """Open a file of this account, made if missing; never through a link, never inherited."""
        descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if self.uid is not None and self.gid is not None:
            os.fchown(descriptor, self.uid, self.gid)
        return descriptor

    def __str__(self) -> str:
        uid = os.geteuid() if self.uid is None else self.uid
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return f"user {uid}"


def choose_account(data_dir: Path, home: Path) -> Account:
    """As root: who owns the cluster, else who owns the data directory, else nobody or its like.

    So a cluster keeps its account for life, and `chown` of a fresh data directory chooses one.
    """
    if os.geteuid() != 0:
        return Account()
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    if (owner := data_dir.stat()).st_uid != 0 and _is_known(owner.st_uid):
        return Account(owner.st_uid, owner.st_gid)
    return _unprivileged_account()


def _is_known(uid: int) -> bool:
    """Owners of container volumes often have no name here, and initdb refuses to run as those."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _unprivileged_account() -> Account:
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in entries:
            return Account(entries[name].pw_uid, entries[name].pw_gid)
    raise HelpdeskError(
        "PostgreSQL refuses to run as root and there is no user 'nobody': run helpdesk as a "
        "normal user, give the data directory to one, or set HELPDESK_DATABASE_URL."
    )
