"""On the narrowest phone every page fits its width, and what is pressed is large enough."""

import pytest

from tests.browser.looks import LOOKS, fill
from tests.browser.office import Office
from tests.browser.stage import Stage

NARROW = {"width": 360, "height": 640}
LEAST_PX = 24
FAULTS = """least => {
  const wide = document.documentElement.scrollWidth
  const sideways = wide > innerWidth ? [`${wide} px wide`] : []
  const pressed = 'a[href], button, input, select, textarea, [role=button], [role=menuitem]'
  const isInText = each => each.matches('a') && getComputedStyle(each).display === 'inline'
  // A box to be ticked is pressed by its label, and a switch by its row.
  const placeOf = each => each.closest('label') ?? each
  const small = [...document.querySelectorAll(pressed)].filter(each => {
    if (!each.checkVisibility({ visibilityProperty: true }) || isInText(each)) return false
    if (each.closest('[inert], [aria-hidden=true], .skip')) return false
    const { width, height } = placeOf(each).getBoundingClientRect()
    return width > 1 && height > 1 && Math.min(width, height) < least
  })
  const named = each => each.ariaLabel || each.textContent.trim().slice(0, 30) || each.className
  return sideways.concat(small.map(each => {
    const { width, height } = placeOf(each).getBoundingClientRect()
    return `${each.localName} ${named(each)}: ${Math.round(width)} x ${Math.round(height)}`
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
        faults = await look.page.evaluate(FAULTS, LEAST_PX)
        found.extend(f"{look.name}: {fault}" for fault in faults)
    assert not found, "\n".join(found)
