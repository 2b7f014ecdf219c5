"""Two tabs of one agent: what is written, refused, set or told in one is so in the other."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.network import NOTED, Network
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.workers.sending import until

NADIA = "Nadia Rahmawati"
BURST_MS = 3_000
"""What rings at most once in so long a time: the first message must not count any more."""
COUNT_TONES = """() => {
  window.tones = 0
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) { window.tones++; start.apply(this, when) }
}"""


async def two_tabs(office: Office, stage: Stage) -> tuple[Desk, Desk, Network]:
    """Ani has Nadia's conversation open in two tabs."""
    stage.watch.expect(*NOTED)
    context = await stage.context()
    network = Network(context)
    await network.watch()
    one = await stage.serving(office, NADIA, "Hello", context)
    other = await one.another()
    for desk in (one, other):
        await desk.choose(NADIA)
    return one, other, network


async def texts_out(office: Office) -> list[str]:
    return [text for text in await office.lines(NADIA) if text != "Hello"]


async def test_a_draft_is_the_same_in_both_and_what_waits_goes_out_once_and_in_order(
    stage: Stage, office: Office
) -> None:
    one, other, network = await two_tabs(office, stage)
    await one.field(NADIA).fill("We are")
    await expect(other.field(NADIA)).to_have_value("We are")
    await network.lose()
    for desk in (one, other):
        await expect(desk.badge("Offline since")).to_be_attached()
    written = ["one", "two", "three", "four"]
    for place, text in enumerate(written):
        await (one, other)[place % 2].reply(NADIA, text)
        await expect((other, one)[place % 2].line(NADIA, text)).to_be_visible()
    for desk in (one, other):
        await expect(desk.badge("4 waiting to be sent")).to_be_attached()
    network.find()
    await until(lambda: _is(office, written))
    for desk in (one, other):
        await desk.until_live()
        await expect(desk.line(NADIA, "four")).to_have_count(1)


async def _is(office: Office, written: list[str]) -> bool:
    return await texts_out(office) == written


async def test_what_a_closed_tab_wrote_goes_out_from_the_other_one(
    stage: Stage, office: Office
) -> None:
    one, other, network = await two_tabs(office, stage)
    await network.lose()
    await expect(one.badge("Offline since")).to_be_attached()
    await one.reply(NADIA, "from the first tab")
    await expect(other.line(NADIA, "from the first tab")).to_be_visible()
    await one.page.close()
    network.find()
    await until(lambda: _is(office, ["from the first tab"]))


async def test_a_refusal_discarded_in_one_is_gone_in_the_other(
    stage: Stage, office: Office
) -> None:
    one, other, network = await two_tabs(office, stage)
    stage.watch.expect(r"status of 409")
    await network.lose()
    await expect(one.badge("Offline since")).to_be_attached()
    await one.reply(NADIA, "too late")
    id_ = (await office.conversations())[NADIA]["id"]
    [ani] = (await office.call("GET", "/agents"))["items"]
    await office.call("PATCH", f"/agents/{ani['id']}", json={"limit": 0})  # lest it comes back
    await office.call("POST", f"/conversations/{id_}/release")
    network.find()
    for desk in (one, other):
        await expect(desk.thread(NADIA).get_by_role("alert")).to_be_visible()
    await one.thread(NADIA).get_by_role("button", name="Discard").click()
    await expect(other.thread(NADIA).get_by_role("alert")).to_have_count(0)
    assert await texts_out(office) == []


async def test_looks_and_language_are_those_of_both_and_one_of_them_sounds(
    stage: Stage, office: Office
) -> None:
    one, other, _network = await two_tabs(office, stage)
    for desk in (one, other):
        await desk.field(NADIA).click()
        await desk.page.evaluate(COUNT_TONES)
    await one.page.wait_for_timeout(BURST_MS)
    await office.write(NADIA, "Anybody there?")
    for desk in (one, other):
        await expect(desk.line(NADIA, "Anybody there?")).to_be_visible()
    await one.page.wait_for_timeout(1_000)
    tones = [await desk.page.evaluate("window.tones") for desk in (one, other)]
    assert sorted(tones) == [0, 2], "two tones make one chime"
    await one.menu("Dark")
    await expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    await one.menu("Indonesia")
    await expect(other.page.locator("html")).to_have_attribute("lang", "id")
