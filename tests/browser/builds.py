"""A copy of the server with its built console, which a test may build anew."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("helpdesk", "migrations")
SCRIPT = re.compile(r"[\w.-]+\.js")


def copy_server(place: Path) -> None:
    """Copy what a server process needs; it runs with `PYTHONPATH` there."""
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, place / part, ignore=ignored)
    shutil.copytree(ROOT / "web" / "dist", place / "web" / "dist")


def build_anew(place: Path) -> None:
    """Leave the console there as a build would in which every script has changed."""
    dist = place / "web" / "dist"
    names = {each.name for each in dist.glob("assets/*.js")}
    for name in names:
        (dist / "assets" / name).rename(dist / "assets" / renamed(name))
    for path in (dist / "index.html", dist / "sw.js", *dist.glob("assets/*.js")):
        text = SCRIPT.sub(
            lambda found: renamed(found[0]) if found[0] in names else found[0], path.read_text()
        )
        path.write_text(text.replace('const BUILD = "', 'const BUILD = "new-', 1))


def renamed(name: str) -> str:
    """A script's name in the next build."""
    return name.removesuffix(".js") + "-new.js"
