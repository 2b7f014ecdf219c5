"""What watches over the browser tests can fail: each guard finds what it is for."""

from playwright.async_api import expect

from tests.browser.look import NADIA, Look
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.browser.test_accessibility import violations_on
from tests.browser.test_keyboard import COUNT_POINTERS

OTHER_HOST = "http://127.0.0.2:8123/picture.png"
INLINE = "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"


async def test_a_console_error_is_found(stage: Stage) -> None:
    page = await stage.page()
    await page.goto("/app/sign-in")
    await page.evaluate("console.error('it is broken')")
    assert [each for each in stage.watch.take() if "it is broken" in each]


async def test_an_error_that_nobody_catches_is_found(stage: Stage) -> None:
    page = await stage.page()
    await page.goto("/app/sign-in")
    async with page.expect_event("pageerror"):
        await page.evaluate("setTimeout(() => { throw new Error('it broke') })")
    assert [each for each in stage.watch.take() if "it broke" in each]


async def test_a_broken_content_security_policy_is_found(stage: Stage) -> None:
    page = await stage.page()
    await page.goto("/app/sign-in")
    async with page.expect_console_message():
        await page.evaluate(INLINE)
    assert [each for each in stage.watch.take() if "Content Security Policy" in each]


async def test_a_request_to_another_host_is_found(stage: Stage) -> None:
    stage.watch.expect("net::ERR_")
    page = await stage.page(bypass_csp=True)
    await page.goto("/app/sign-in")
    async with page.expect_event("requestfailed"):
        await page.evaluate(f"new Image().src = '{OTHER_HOST}'")
    assert f"another host: {OTHER_HOST}" in stage.watch.take()


async def test_a_field_without_a_name_is_found_by_axe(stage: Stage) -> None:
    page = await stage.page()
    await page.goto("/app/sign-in")
    await expect(page.get_by_label("Device number")).to_be_visible()
    await page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    [found] = await violations_on(Look("sign-in", page))
    assert "label" in found


async def test_a_message_that_is_shown_twice_is_found(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "once")
    await ani.choose(NADIA)
    await expect(ani.line(NADIA, "once")).to_have_count(1)
    assert await ani.lines(NADIA) == await office.lines(NADIA) == ["once"]
    await ani.page.evaluate("(l => l.after(l.cloneNode(true)))(document.querySelector('.m'))")
    assert await ani.lines(NADIA) == ["once", "once"]


async def test_a_touch_of_the_mouse_is_found(stage: Stage) -> None:
    page = await stage.page()
    await page.add_init_script(COUNT_POINTERS)
    await page.goto("/app/sign-in")
    await page.mouse.click(10, 10)
    assert await page.evaluate("sessionStorage.getItem('pointed')") is not None
