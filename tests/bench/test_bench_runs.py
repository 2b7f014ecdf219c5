"""The benchmark runs and prints its ratios, with the correctness beside them."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.timeout(180)
async def test_the_benchmark_prints_its_ratios_and_nothing_is_lost() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bench",
        "--seconds", "0.4", "--rounds", "1", "--concurrency", "4",
        cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )  # fmt: skip
    out, errors = await process.communicate()
    text = out.decode()
    assert process.returncode == 0, errors.decode()[-2000:]
    for kind in ("new", "known"):
        assert re.search(rf"{kind} +conversations: .*product/no-op [\d.]+  product/naive", text)
    assert re.search(r"one /send to 10,000 targets: [\d.]+ s, .* targets/naive [\d.]+", text)
    assert re.search(r"p50 product/naive [\d.]+", text)
    assert re.search(r"product +lost 0, doubled 0, .*, max-min [01], event gaps 0", text)
