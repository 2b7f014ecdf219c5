"""Pictures of files: small ones of large pictures, and pages of PDFs; drawn when asked for.

A process of its own draws them, with bounds on time and memory: what is in a file can only harm
that. They are kept; a file that cannot be drawn simply has no picture.
"""

import asyncio
import logging
import resource
import sys
from pathlib import Path

log = logging.getLogger(__name__)

LONGEST_SIDE = 640
"""In pixels: twice the width of a bubble, for dense screens."""
PAGE_WIDTH = 1200
"""In pixels, of a page that is read."""
MOST_PAGES = 50
"""Pages beyond are not drawn."""
PDF = "application/pdf"
AT_ONCE = 2
SECONDS = 15.0
COUNT_SECONDS = 5.0
MEMORY_BYTES = 1024**3
DRAWING_BYTES = 16 * 1024**2
"""The largest file that the process may write."""


class Thumbnails:
    """The pictures that one process draws."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._counting = asyncio.Semaphore(AT_ONCE)

    async def small(self, place: Path, mime: str) -> Path | None:
        """Return where the small picture of a stored file is; of a PDF that of its first page."""
        what = ("page", "1", str(LONGEST_SIDE)) if mime == PDF else ("picture",)
        return await self._find(place, place.with_suffix(".small"), *what)

    async def page(self, place: Path, number: int) -> Path | None:
        """Return where the picture of a PDF's page is; the first is 1."""
        drawn = place.with_suffix(f".page{number}")
        return await self._find(place, drawn, "page", str(number), str(PAGE_WIDTH))

    async def count_pages(self, place: Path) -> int | None:
        """Return how many pages a PDF has; None where it cannot be opened without a password.

        It does not wait for what is drawn: an upload waits for it.
        """
        async with self._counting:
            said = await _run(COUNT_SECONDS, "count", str(place))
        return int(said) if said else None

    async def _find(self, place: Path, drawn: Path, *what: str) -> Path | None:
        """Return what was drawn before, or draw it. An empty file says that it cannot be drawn."""
        async with self._turns:
            if not await asyncio.to_thread(drawn.is_file):
                draft = drawn.with_name(f"{drawn.name}.drawn")
                said = await _run(SECONDS, *what, str(place), str(draft))
                if said is None:
                    log.warning("no picture could be drawn of a file")
                await asyncio.to_thread(_keep, None if said is None else draft, drawn)
        return drawn if await asyncio.to_thread(_is_filled, drawn) else None


async def _run(seconds: float, *arguments: str) -> bytes | None:
    """Return what the process said; None when it failed or took longer than it may."""
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "helpdesk.thumbnails", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None  # the machine has no room for another process
    try:
        async with asyncio.timeout(seconds):
            said, _ = await child.communicate()
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return said if child.returncode == 0 else None


def _is_filled(drawn: Path) -> bool:
    return drawn.is_file() and drawn.stat().st_size > 0


def _keep(draft: Path | None, drawn: Path) -> None:
    try:
        if draft:
            draft.replace(drawn)
        else:
            drawn.touch()
    except OSError:
        """Without room for it there is no picture, and it is tried again."""


def draw_picture(place: str, draft: str) -> None:
    """Draw the small picture, as WebP and without what the file tells of its making."""
    from PIL import Image, ImageOps

    with Image.open(place) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ImageOps.exif_transpose(image).save(draft, "WEBP", quality=80)


def draw_page(number: str, width: str, place: str, draft: str) -> None:
    """Draw a PDF's page so wide, and at most twice as high; forms are shown as they are filled."""
    import pypdfium2

    document = pypdfium2.PdfDocument(place)
    document.init_forms()
    page = document[int(number) - 1]
    across, down = page.get_size()
    scale = min(int(width) / across, 2 * int(width) / down)
    page.render(scale=scale).to_pil().save(draft, "WEBP", quality=80)


def count_pages(place: str) -> None:
    """Say how many pages a PDF has, where it has any."""
    import pypdfium2

    sys.stdout.write(str(len(pypdfium2.PdfDocument(place)) or ""))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (DRAWING_BYTES, DRAWING_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    what, *arguments = sys.argv[1:]
    if what == "picture":
        draw_picture(*arguments)
    elif what == "page":
        draw_page(*arguments)
    else:
        count_pages(*arguments)
