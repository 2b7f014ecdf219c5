"""On the narrowest phone every page fits its width, and what is pressed is large enough."""

import pytest

from tests.browser.look import THEMES
from tests.browser.looks import LOOKS, fill
from tests.browser.office import Office
from tests.browser.stage import Stage

NARROW = {"width": 360, "height": 640}
LEAST_PX = 24
FAULTS = """least => {
  const wide = document.documentElement.scrollWidth
  const sideways = wide > innerWidth ? [`${wide} px wide`] : []
  const pressed = 'a[href], button, input, select, textarea, [role=button], [role=menuitem]'
  const isShown = each => each.checkVisibility({ visibilityProperty: true })
    && !each.closest('[inert], [aria-hidden=true], .skip')
    && !(each.localName === 'a' && getComputedStyle(each).display === 'inline')
  // A finger on the edge of a square around its middle meets it, or its label.
  function isMet(each) {
    each.scrollIntoView({ block: 'center', inline: 'center' })
    const { x, y, width, height } = each.getBoundingClientRect()
    const reach = least / 2 - 1, [cx, cy] = [x + width / 2, y + height / 2]
    return [[-reach, 0], [reach, 0], [0, -reach], [0, reach]].every(([dx, dy]) => {
      const met = document.elementFromPoint(cx + dx, cy + dy)
      return [each, ...(each.labels ?? [])].some(one => one.contains(met))
    })
  }
  const small = [...document.querySelectorAll(pressed)].filter(each => {
    const { width, height } = each.getBoundingClientRect()
    const isSmall = Math.min(width, height) > 1 && Math.min(width, height) < least
    return isSmall && isShown(each) && !isMet(each)
  })
  return sideways.concat(small.map(each => {
    const { width, height } = each.getBoundingClientRect()
    const name = each.ariaLabel || each.textContent.trim().slice(0, 30)
    return `${each.localName} ${name}: ${Math.round(width)} x ${Math.round(height)}`
  }))
}"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("whose", LOOKS)
async def test_no_page_scrolls_sideways_and_every_target_can_be_hit(
    stage: Stage, office: Office, whose: str
) -> None:
    await fill(office)
    found: list[str] = []
    async for look in LOOKS[whose](stage, office, viewport=NARROW):
        for theme in reversed(THEMES):
            await look.keep(theme)
        faults = await look.page.evaluate(FAULTS, LEAST_PX)
        found.extend(f"{look.name}: {fault}" for fault in faults)
    assert not found, "\n".join(found)


async def test_what_is_too_wide_or_too_small_is_found(stage: Stage) -> None:
    page = await stage.page(viewport=NARROW)
    await page.set_content("<main><button>x</button><p style='width: 400px'>y</p></main>")
    await page.evaluate("document.querySelector('button').style.cssText = 'width: 20px'")
    assert len(await page.evaluate(FAULTS, LEAST_PX)) == 2
