"""Pictures and files: the lightbox over a thread, and the media of a contact."""

import asyncio
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import expect

from tests.browser.office import Office
from tests.browser.stage import Stage

NADIA = "Nadia Rahmawati"
DECODE = """async url => {
  const content = await (await fetch(url)).arrayBuffer()
  return (await new AudioContext().decodeAudioData(content)).duration
}"""


async def send_pictures(office: Office, directory: Path, *names: str) -> None:
    """Let the house send pictures to Nadia, one after the other."""
    for place, name in enumerate(names):
        path = directory / name
        color = (40 + 60 * place, 120, 160)
        Image.new("RGB", (800 + 100 * place, 600), color).save(path)
        await office.send_file(NADIA, path)


async def newest_file(office: Office) -> dict[str, Any]:
    """Wait until the newest message to Nadia has a file, and return the message."""
    talk = (await office.conversations())[NADIA]["id"]
    for _ in range(100):
        page = await office.call("GET", f"/conversations/{talk}/messages", params={"limit": 1})
        if page["items"][0]["media"]:
            newest: dict[str, Any] = page["items"][0]
            return newest
        await asyncio.sleep(0.05)
    raise AssertionError("no file was sent")


async def test_arrows_go_through_the_pictures_of_a_thread_and_the_focus_comes_back(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    ani = await stage.serving(office, NADIA, "Show me")
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
    ani = await stage.serving(office, NADIA, "Show me")
    await send_pictures(office, tmp_path, "old.png")
    await ani.choose(NADIA)
    pane = ani.page.get_by_role("complementary", name="Contact")
    await expect(pane.get_by_role("button", name="Enlarge old.png")).to_be_visible()
    await pane.get_by_role("button", name="Documents").click()
    await expect(pane.get_by_text("No documents yet.")).to_be_visible()
    terms = tmp_path / "terms.txt"
    terms.write_text("Pay on Fridays.")
    await office.send_file(NADIA, terms)
    await expect(pane.get_by_role("link", name="Download terms.txt")).to_be_visible()
    await pane.get_by_role("button", name="Pictures").click()
    await pane.get_by_role("button", name="Enlarge old.png").click()
    await expect(ani.page.get_by_role("dialog", name="old.png")).to_be_visible()


async def test_a_picture_is_made_smaller_before_it_goes_out_and_an_upload_waits_for_the_network(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    ani = await stage.serving(office, NADIA, "Show me")
    thread = await ani.choose(NADIA)
    path = tmp_path / "large.png"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(path)
    await ani.page.context.set_offline(True)
    await thread.get_by_label("Attach files").first.set_input_files(path)
    await expect(thread.get_by_text("Waits for the network")).to_be_visible()
    await ani.page.context.set_offline(False)
    stage.watch.take()
    await thread.get_by_role("button", name="Make large.png smaller").click()
    dialog = ani.page.get_by_role("dialog", name="Make the picture smaller")
    await expect(dialog.get_by_text("becomes")).to_be_visible()
    await dialog.get_by_role("button", name="Use the smaller one").click()
    await expect(thread.get_by_text("large.jpg")).to_be_visible()
    await expect(thread.get_by_text("large.png")).to_have_count(0)
    await thread.get_by_role("button", name="Send").click()
    await expect(thread.get_by_role("button", name="Enlarge large.jpg")).to_be_visible()
    sent = (await newest_file(office))["media"]
    assert (sent["width"], sent["height"], sent["mime"]) == (1600, 1200, "image/jpeg")
    assert sent["size"] < path.stat().st_size


async def test_a_voice_is_recorded_paused_listened_to_and_arrives_as_what_whatsapp_plays(
    stage: Stage, office: Office
) -> None:
    ani = await stage.serving(office, NADIA, "Call me")
    thread = await ani.choose(NADIA)
    await thread.get_by_role("button", name="Record a voice message").click()
    dialog = ani.page.get_by_role("dialog", name="Voice message")
    await expect(dialog.get_by_role("timer")).to_have_text("0:01")
    await dialog.get_by_role("button", name="Pause").click()
    await expect(dialog.get_by_role("status")).to_have_text("Paused")
    await dialog.get_by_role("button", name="Go on").click()
    await expect(dialog.get_by_role("timer")).to_have_text("0:02")
    await dialog.get_by_role("button", name="Stop").click()
    await expect(dialog.get_by_label("Your recording")).to_be_visible()
    await dialog.get_by_role("button", name="Attach").click()
    await expect(thread.get_by_text("voice.ogg")).to_be_visible()
    await thread.get_by_role("button", name="Send").click()
    await expect(thread.get_by_text("voice.ogg")).to_have_count(0)
    sent = await newest_file(office)
    assert (sent["kind"], sent["media"]["mime"]) == ("audio", "audio/ogg")
    seconds = await ani.page.evaluate(DECODE, sent["media"]["url"])
    assert 1.5 < seconds < 10
    voice = sent["media"]["voice"]
    assert abs(voice["seconds"] - seconds) < 0.1
    assert max(voice["peaks"]) == 100
    await expect(thread.locator(".wave > i")).to_have_count(64)
    whole = f"0:00 / 0:{int(voice['seconds']):02}"
    await expect(thread.get_by_text(whole)).to_be_visible()


async def test_a_recording_that_is_thrown_away_is_nowhere(stage: Stage, office: Office) -> None:
    ani = await stage.serving(office, NADIA, "Call me")
    thread = await ani.choose(NADIA)
    await thread.get_by_role("button", name="Record a voice message").click()
    dialog = ani.page.get_by_role("dialog", name="Voice message")
    await dialog.get_by_role("button", name="Stop").click()
    await dialog.get_by_role("button", name="Throw away").click()
    await expect(dialog).to_have_count(0)
    await expect(thread.get_by_text("voice")).to_have_count(0)
