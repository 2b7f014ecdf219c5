"""`python -m tests.browser.pictures OUTDIR [WHOSE …]`: every page and state, to be looked at."""

import asyncio
import sys
from collections.abc import Collection
from pathlib import Path

from tests.browser.chromium import find_chromium, running_chromium
from tests.browser.look import THEMES, Look
from tests.browser.looks import LOOKS, fill
from tests.browser.office import open_office
from tests.browser.stage import DESKTOP, PHONE, make_stage
from tests.flow.process import Process
from tests.workers.embedded_places import open_directory

SIZES = (DESKTOP, PHONE)


async def take_all(
    process: Process, chromium: str, directory: Path, whose: Collection[str]
) -> None:
    """Take every picture of these groups in both themes and sizes: `<page>-<width>-<theme>.png`."""

    async def take(look: Look) -> None:
        for theme in THEMES:
            await look.keep(theme, directory)

    async with running_chromium(chromium) as browser:
        for size in SIZES:
            stage, office = make_stage(browser, process.url), await open_office(process)
            await fill(office)
            for each in whose:
                async for look in LOOKS[each](stage, office, viewport=size):
                    await take(look)
            await stage.close()


def main(directory: Path, whose: Collection[str]) -> None:
    """Start a server and a browser, and write the pictures."""
    chromium = find_chromium(is_whole=True)
    if chromium is None:
        sys.exit("There is no Chromium.")
    directory.mkdir(parents=True, exist_ok=True)
    with open_directory() as data_dir, Process("serve", data_dir) as process:
        process.start_ready()
        asyncio.run(take_all(process, chromium, directory, whose))
    print(f"{len(list(directory.glob('*.png')))} pictures in {directory}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(LOOKS))
