"""The system's Chromium: found by its usual names, started without anything that calls home."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"
"""The same engine without the browser's own windows: a third less work. It has no notifications."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def find_chromium(*, is_whole: bool = False) -> str | None:
    """Return where the system's Chromium is; the shell first, unless it must be whole."""
    names = NAMES if is_whole else (SHELL, *NAMES)
    return next((path for path in map(shutil.which, names) if path), None)


@asynccontextmanager
async def open_chromium(*, is_whole: bool = False) -> AsyncIterator[Browser]:
    """What a fixture of a browser does; skips the test where there is none."""
    path = find_chromium(is_whole=is_whole)
    if path is None:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    async with running_chromium(path) as browser:
        yield browser


@asynccontextmanager
async def running_chromium(path: str) -> AsyncIterator[Browser]:
    """Run a browser without a window until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()
