"""Documents and voice messages: seen before they are opened, read in place, never in the way."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.pdfs import locked_pdf, pdf
from tests.pure.test_recordings import PACKETS, webm

NADIA = "Nadia Rahmawati"
CSV = 'Item;Price;Note\nBatik;120000;"rosé; blue"\nSarong;90000;\n'


async def send_files(office: Office, directory: Path, **files: bytes) -> None:
    """Let the house send files to Nadia; their names have an underline for the dot."""
    for name, content in files.items():
        path = directory / name.replace("_", ".")
        path.write_bytes(content)
        await office.send_file(NADIA, path)


async def is_drawn(picture: Locator) -> bool:
    return bool(await picture.evaluate("each => each.decode().then(() => each.naturalWidth > 0)"))


async def read(page: Page, name: str) -> Locator:
    """Open a document, and return the dialog."""
    await page.get_by_role("button", name=f"Open {name}").click()
    dialog = page.get_by_role("dialog", name=name)
    await expect(dialog.get_by_role("link", name="Download")).to_have_attribute("download", name)
    return dialog


async def test_a_pdf_is_seen_in_the_thread_and_read_page_by_page(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    ani = await stage.serving(office, NADIA, "The contract?")
    await send_files(office, tmp_path, contract_pdf=pdf("Contract", "Terms", "Signatures"))
    thread = await ani.choose(NADIA)
    await expect(thread.get_by_text("3 pages ·")).to_be_visible()
    assert await is_drawn(thread.locator("img.cover"))
    await thread.get_by_role("button", name="Open contract.pdf").focus()
    await ani.page.keyboard.press("Enter")
    dialog = ani.page.get_by_role("dialog", name="contract.pdf")
    assert await is_drawn(dialog.get_by_role("img", name="Page 1"))
    await expect(dialog.get_by_role("button", name="Previous page")).to_be_disabled()
    await dialog.get_by_role("button", name="Next page").click()
    assert await is_drawn(dialog.get_by_role("img", name="Page 2"))
    await ani.page.keyboard.press("End")
    await expect(dialog.get_by_role("status")).to_have_text("3 of 3")
    assert await is_drawn(dialog.get_by_role("img", name="Page 3"))
    await ani.page.keyboard.press("ArrowRight")
    await ani.page.keyboard.press("ArrowLeft")
    await expect(dialog.get_by_role("status")).to_have_text("2 of 3")
    await ani.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(thread.get_by_role("button", name="Open contract.pdf")).to_be_focused()


async def test_texts_and_tables_are_read_in_place_and_other_files_can_be_downloaded(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    ani = await stage.serving(office, NADIA, "The files?")
    await send_files(
        office,
        tmp_path,
        prices_csv=CSV.encode("latin-1"),
        notes_txt=b"Caf\xc3\xa9 <img src=x onerror=alert(1)>\n" + b"line\n" * 50_000,
        locked_pdf=locked_pdf(),
        broken_pdf=pdf("Gone")[:80],
    )
    await ani.choose(NADIA)
    dialog = await read(ani.page, "prices.csv")
    await expect(dialog.get_by_role("columnheader")).to_have_text(["Item", "Price", "Note"])
    await expect(dialog.get_by_role("row").nth(1).get_by_role("cell")).to_have_text(
        ["Batik", "120000", "rosé; blue"]
    )
    await ani.page.keyboard.press("Escape")
    dialog = await read(ani.page, "notes.txt")
    text = dialog.get_by_role("region", name="notes.txt")
    await expect(text).to_contain_text("Café <img src=x onerror=alert(1)>")
    assert len(await text.inner_text()) <= 200_000
    await expect(dialog.get_by_text("Only the beginning is shown here.")).to_be_visible()
    await ani.page.keyboard.press("Escape")
    for name in ("locked.pdf", "broken.pdf"):
        dialog = await read(ani.page, name)
        await expect(dialog.get_by_text("are not shown here")).to_be_visible()
        await ani.page.keyboard.press("Escape")
    await expect(ani.page.locator("img.cover")).to_have_count(0)


async def test_a_voice_of_the_customer_is_a_line_until_it_is_played(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    ani = await stage.serving(office, NADIA, "Listen")
    await send_files(office, tmp_path, voice_webm=webm(PACKETS))
    thread = await ani.choose(NADIA)
    await expect(thread.locator(".wave .track")).to_be_visible()
    await expect(thread.locator(".wave > i")).to_have_count(0)
