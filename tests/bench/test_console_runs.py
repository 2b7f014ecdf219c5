"""The console's benchmark runs, prints its table, and says by its end whether a limit is passed."""

import asyncio
import os
import re
import sys

import pytest

from tests.bench.console import Measure
from tests.bench.test_bench_runs import PROJECT
from tests.browser.chromium import find_chromium

ROWS = (
    "first load, script and style", "open a conversation of 300", "list of 40",
    "100 lines read back", "keys lost", "longest task", "memory",
)  # fmt: skip


@pytest.mark.timeout(180)
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed")
async def test_the_console_is_measured_in_a_browser() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.console",
        "--lines", "300", "--loaded", "100", "--rows", "40", "--rounds", "1",
        "--frames", "10", "--seconds", "1",
        cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )  # fmt: skip
    out, errors = await process.communicate()
    table = out.decode()
    assert all(row in table for row in ROWS), table + errors.decode()[-2000:]
    assert process.returncode == int("OVER" in table)
    assert re.search(r"keys lost +0\.0 ", table), table


def test_what_is_past_its_limit_is_over() -> None:
    assert [Measure("", value, 200, "ms").is_over for value in (199.9, 200, 200.1)] == [
        False, False, True,
    ]  # fmt: skip
