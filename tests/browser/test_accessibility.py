"""axe-core finds nothing serious on any page in either theme, and nothing outside of landmarks.

What a page reports to the console, a broken content security policy and a request to another host
fail every test of this folder: see `tests/browser/watch.py`.
"""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

from tests.browser.look import Look
from tests.browser.looks import LOOKS, fill
from tests.browser.office import Office
from tests.browser.stage import Stage

SERIOUS = {"serious", "critical"}
WANTED = {"region"}
"""Rules that hold though axe calls them moderate."""
COLOURS = {"runOnly": ["color-contrast"]}
"""All that changes with the theme."""
COUNTS = {"sign-in": 2, "inbox": 17, "supervisor": 48, "phone": 1, "states": 20}
"""How many pages there are to look at, lest one be left out."""


async def violations_on(look: Look, **options: Any) -> list[str]:
    """What is serious on this page: the rule, and the first places."""
    wanted = {"resultTypes": ["violations"], "preload": False} | options
    if not await look.page.evaluate("'axe' in window"):
        await look.page.evaluate(AXE_SCRIPT)
    answer = await look.page.evaluate("options => axe.run(options)", wanted)
    return [
        f"{look.name}: {each['id']} at {[node['target'] for node in each['nodes']][:4]}"
        for each in answer["violations"]
        if each["impact"] in SERIOUS or each["id"] in WANTED
    ]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("whose", "pages"), COUNTS.items())
async def test_axe_finds_nothing_serious_on_any_page(
    stage: Stage, office: Office, whose: str, pages: int
) -> None:
    await fill(office)
    found: list[str] = []
    seen: list[str] = []
    async for look in LOOKS[whose](stage, office):
        await look.keep("light")
        found.extend(await violations_on(look))
        await look.keep("dark")
        found.extend(f"dark {each}" for each in await violations_on(look, **COLOURS))
        seen.append(look.name)
    assert found == []
    assert len(seen) == pages
