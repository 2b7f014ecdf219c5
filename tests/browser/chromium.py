"""The system's Chromium: found by its usual names, started without anything that calls home."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Return where the system's Chromium is."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@asynccontextmanager
async def running_chromium(path: str) -> AsyncIterator[Browser]:
    """Run a browser without a window until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()
