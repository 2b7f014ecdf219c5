"""Small pictures of large ones, made in a process of its own when first asked for, and kept."""

import asyncio
import resource
import sys
from pathlib import Path

LONGEST_SIDE = 640
"""In pixels: twice the width of a bubble, for dense screens."""
AT_ONCE = 2
SECONDS = 15.0
MEMORY_BYTES = 1024**3


class Thumbnails:
    """The small pictures of one process; what cannot be made small is shown as it is."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def find(self, place: Path) -> Path:
        """Return where the small picture of a stored file is; the file itself where there is none.

        An empty file beside it says that none can be made.
        """
        small = place.with_suffix(".small")
        async with self._turns:
            if not await asyncio.to_thread(small.is_file):
                await self._make(place, small)
        has_one = await asyncio.to_thread(_is_filled, small)
        return small if has_one else place

    async def _make(self, place: Path, small: Path) -> None:
        draft = small.with_suffix(".drawn")
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "helpdesk.thumbnails", str(place), str(draft)
        )
        try:
            is_made = await asyncio.wait_for(child.wait(), SECONDS) == 0
        except TimeoutError:
            child.kill()
            await child.wait()
            is_made = False
        await asyncio.to_thread(_keep, draft if is_made else None, small)


def _is_filled(small: Path) -> bool:
    return small.is_file() and small.stat().st_size > 0


def _keep(draft: Path | None, small: Path) -> None:
    try:
        if draft:
            draft.replace(small)
        else:
            small.touch()
    except OSError:
        """Without room for it the large one is shown, and the small one is tried again."""


def draw(place: Path, draft: Path) -> None:
    """Draw the small picture, as WebP and without what the file tells of its making."""
    from PIL import Image, ImageOps

    with Image.open(place) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ImageOps.exif_transpose(image).save(draft, "WEBP", quality=80)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
