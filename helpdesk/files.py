"""Files below the data directory: written whole or not at all, under names that say nothing."""

import asyncio
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from helpdesk.errors import NotFound, Unavailable
from helpdesk.thumbnails import Thumbnails

PATH = re.compile(r"[0-9a-f]{32}/[0-9a-f]{32}")


class Files:
    """The files of all accounts, each account in a directory of its own below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.thumbnails = Thumbnails()

    async def save(self, account_id: UUID, content: bytes) -> str:
        """Store a file and return its path, `<account>/<random>`; it is on the disk by then.

        Raises Unavailable when it cannot be written, for want of space or rights.
        """
        path = f"{account_id.hex}/{secrets.token_hex(16)}"
        try:
            await asyncio.to_thread(_write, self._root / path, content)
        except OSError as error:
            raise Unavailable("The file cannot be stored now.", retry_after=60) from error
        return path

    async def count_pages(self, path: str) -> int | None:
        """Return how many pages a stored PDF has; None where it cannot be opened."""
        return await self.thumbnails.count_pages(self._root / path)

    async def discard(self, path: str) -> None:
        """Remove a file that no row names, where the disk lets it."""
        with suppress(OSError):
            await asyncio.to_thread((self._root / path).unlink, missing_ok=True)

    async def locate(self, path: str) -> Path:
        """Return where a stored file can be read. Raises NotFound when it is not there."""
        place = self._root / path
        if not PATH.fullmatch(path) or not await asyncio.to_thread(place.is_file):
            raise NotFound("This file is not here any more.")
        return place


def _write(place: Path, content: bytes) -> None:
    """Written beside and renamed: a reader never meets half a file."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_suffix(".new")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
