"""axe-core finds nothing serious on any page in either theme, and nothing outside of landmarks.

What a page reports to the console, a broken content security policy and a request to another host
fail every test of this folder: see `tests/browser/watch.py`.
"""

from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from tests.browser.looks import Look, fill, look_everywhere
from tests.browser.office import Office
from tests.browser.stage import Stage

SERIOUS = {"serious", "critical"}
WANTED = {"region"}
"""Rules that hold though axe calls them moderate."""
COLOURS = {"runOnly": ["color-contrast"]}
"""All that changes with the theme."""
LOOKS = 47


async def violations_on(look: Look, **options: Any) -> list[str]:
    """What is serious on this page: the rule, and the first places."""
    wanted = {"resultTypes": ["violations"]} | options
    answer = (await Axe().run(look.page, options=wanted)).response
    return [
        f"{look.name}: {each['id']} at {[node['target'] for node in each['nodes']][:4]}"
        for each in answer["violations"]
        if each["impact"] in SERIOUS or each["id"] in WANTED
    ]


async def test_axe_finds_nothing_serious_on_any_page(stage: Stage, office: Office) -> None:
    await fill(office)
    found: list[str] = []
    seen: list[str] = []

    async def check(look: Look) -> None:
        await look.turn("light")
        found.extend(await violations_on(look))
        await look.turn("dark")
        found.extend(f"dark {each}" for each in await violations_on(look, **COLOURS))
        seen.append(look.name)

    await look_everywhere(stage, office, check)
    assert found == []
    assert len(seen) == LOOKS
