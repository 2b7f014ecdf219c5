"""Both languages and both themes: chosen in the menu, kept over a reload, and whole."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.look import NADIA
from tests.browser.looks import ON_ITS_WAY, fill
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.shape.test_web import WEB

WORDS_ON_PAGE = """() => {
  const found = new Set()
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) found.add(walk.currentNode.data)
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    for (const each of document.querySelectorAll(`[${name}]`)) found.add(each.getAttribute(name))
  return [...found].map(each => each.trim().replace(/\\\\s+/g, ' ')).filter(Boolean)
}"""
FEWEST_LETTERS = 4


def sentences(path: Path) -> set[str]:
    """Every sentence of a file of words, each plural form on its own."""
    texts = re.findall(r': "((?:[^"\\]|\\.)+)"', path.read_text())
    return {form.strip() for text in texts for form in text.split(" | ")}


def words_of(language: str) -> set[str]:
    """Every sentence of the console in one language, as far as an agent's page loads it."""
    place = WEB / "src" / "locales" / language
    return sentences(place / "common.json") | sentences(place / "inbox.json")


def pattern_of(sentence: str) -> re.Pattern[str] | None:
    """What a sentence looks like with anything in its gaps; nothing where it is mostly gaps."""
    pieces = re.split(r"\{[^}]*\}", sentence)
    letters = sum(letter.isalpha() for piece in pieces for letter in piece)
    return re.compile(".+".join(map(re.escape, pieces))) if letters >= FEWEST_LETTERS else None


def strangers(shown: list[str], language: str, other: str) -> list[str]:
    """What is shown in the other language and would not be in this one."""
    ours = [each for each in map(pattern_of, words_of(language)) if each]
    theirs = [each for each in map(pattern_of, words_of(other) - words_of(language)) if each]
    return [
        text
        for text in shown
        if any(each.fullmatch(text) for each in theirs)
        and not any(each.fullmatch(text) for each in ours)
    ]


async def looks_of(page: Page) -> tuple[str, str]:
    """The language and the theme that the page is in."""
    root = page.locator("html")
    return await root.get_attribute("lang") or "", await root.get_attribute("data-theme") or ""


async def test_language_and_theme_stay_after_a_reload(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    assert await looks_of(ani.page) == ("en", "light")
    await ani.menu("Dark")
    await ani.menu("Indonesia")
    assert await looks_of(ani.page) == ("id", "dark")
    await ani.page.reload()
    await expect(ani.page.get_by_role("heading", name="Milik saya")).to_be_visible()
    assert await looks_of(ani.page) == ("id", "dark")
    await ani.menu("Terang")
    await ani.menu("English")
    await ani.page.reload()
    await ani.until_live()
    assert await looks_of(ani.page) == ("en", "light")


@pytest.mark.parametrize(("language", "other"), [("en", "id"), ("id", "en")])
async def test_nothing_of_the_other_language_is_on_the_inbox_page(
    stage: Stage, office: Office, language: str, other: str
) -> None:
    await fill(office)
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "4711")
    await ani.choose(NADIA)
    await ani.reply(NADIA, "4712")
    await ani.page.evaluate("to => localStorage.setItem('helpdesk.language', to)", language)
    await ani.page.reload()
    await expect(ani.page.locator(".m").filter(has_text="4712")).to_be_visible()
    await ani.page.keyboard.press("r")
    await ani.page.keyboard.type("/")
    await expect(ani.page.get_by_role("dialog")).to_be_visible()
    shown = [text for text in await ani.page.evaluate(WORDS_ON_PAGE) if text != ON_ITS_WAY]
    assert len([text for text in shown if any(letter.isalpha() for letter in text)]) > 40
    assert strangers(shown, language, other) == []
    assert strangers(shown, other, language) != [], "the comparison itself finds something"
