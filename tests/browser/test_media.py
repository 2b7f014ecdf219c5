"""Pictures and files: the lightbox over a thread, and the media of a contact."""

from pathlib import Path
from uuid import uuid4

from PIL import Image
from playwright.async_api import expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"


async def send_pictures(office: Office, directory: Path, *names: str) -> None:
    """Let the house send pictures to Nadia, one after the other."""
    talk = (await office.conversations())[NADIA]["id"]
    for place, name in enumerate(names):
        path = directory / name
        color = (40 + 60 * place, 120, 160)
        Image.new("RGB", (800 + 100 * place, 600), color).save(path)
        body = {"client_id": str(uuid4()), "media_id": await office.upload(path)}
        await office.call("POST", f"/conversations/{talk}/messages", json=body)


async def test_arrows_go_through_the_pictures_of_a_thread_and_the_focus_comes_back(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Show me")
    await office.until_owned(NADIA)
    await send_pictures(office, tmp_path, "one.png", "two.png", "three.png")
    thread = await ani.choose(NADIA)
    second = thread.get_by_role("button", name="Enlarge two.png")
    await second.focus()
    await ani.page.keyboard.press("Enter")
    box = ani.page.get_by_role("dialog", name="two.png")
    await expect(box.get_by_role("status")).to_have_text("2 of 3")
    await ani.page.keyboard.press("ArrowRight")
    last = ani.page.get_by_role("dialog", name="three.png")
    await expect(last.get_by_role("button", name="Next picture")).to_have_count(0)
    await last.get_by_role("button", name="Previous picture").click()
    await ani.page.keyboard.press("Home")
    first = ani.page.get_by_role("dialog", name="one.png")
    picture = first.get_by_role("img", name="one.png")
    whole = (await picture.bounding_box() or {})["width"]
    await ani.page.keyboard.press("+")
    await expect(first.get_by_role("button", name="Smaller")).to_be_enabled()
    assert (await picture.bounding_box() or {})["width"] > whole
    await ani.page.keyboard.press("0")
    await expect(first.get_by_role("button", name="Smaller")).to_be_disabled()
    async with ani.page.expect_download() as saved:
        await first.get_by_role("link", name="Download one.png").click()
    assert (await saved.value).suggested_filename == "one.png"
    await ani.page.keyboard.press("Escape")
    await expect(first).to_have_count(0)
    await expect(second).to_be_focused()


async def test_the_contact_pane_has_pictures_and_documents_of_every_conversation(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Show me")
    await office.until_owned(NADIA)
    await send_pictures(office, tmp_path, "old.png")
    await ani.choose(NADIA)
    pane = ani.page.get_by_role("complementary", name="Contact")
    await expect(pane.get_by_role("button", name="Enlarge old.png")).to_be_visible()
    await pane.get_by_role("button", name="Documents").click()
    await expect(pane.get_by_text("No documents yet.")).to_be_visible()
    talk = (await office.conversations())[NADIA]["id"]
    terms = tmp_path / "terms.txt"
    terms.write_text("Pay on Fridays.")
    body = {"client_id": str(uuid4()), "media_id": await office.upload(terms)}
    await office.call("POST", f"/conversations/{talk}/messages", json=body)
    await expect(pane.get_by_role("link", name="Download terms.txt")).to_be_visible()
    await pane.get_by_role("button", name="Pictures").click()
    await pane.get_by_role("button", name="Enlarge old.png").click()
    await expect(ani.page.get_by_role("dialog", name="old.png")).to_be_visible()
