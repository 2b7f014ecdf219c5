"""The console's sources keep their shape, and their copy of the API's document is fresh."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.cli import main

WEB = Path(__file__).parents[2] / "web"
MOST_COMPONENT_LINES = 200


def long_components(root: Path) -> list[str]:
    """Return the components with more than 200 lines."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*.vue"))
        if len(path.read_text().splitlines()) > MOST_COMPONENT_LINES
    ]


def without_a_sentence(root: Path) -> list[str]:
    """Return the modules and components that do not say first what they are for."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted([*root.rglob("*.vue"), *root.rglob("*.ts")])
        if not path.name.endswith((".d.ts", ".test.ts")) and "/*" not in path.read_text()[:80]
    ]


SENTENCE = re.compile(r"""(['"`])[A-Z][a-z]+ [a-z]+[^'"`\n]*\1""")
NO_SCRIPT = re.compile(r"^<template>.*|/\*.*?\*/|(?<!:)//[^\n]*", re.S | re.M)


def raw_sentences(root: Path) -> list[str]:
    """Return the sentences that stand in scripts; those in templates eslint finds."""
    return [
        f"{path.relative_to(root).as_posix()}: {found[0]}"
        for path in sorted([*root.rglob("*.vue"), *root.rglob("*.ts")])
        if not path.name.endswith((".d.ts", ".test.ts"))
        for found in SENTENCE.finditer(NO_SCRIPT.sub("", path.read_text()))
    ]


def uneven_words(locales: Path) -> list[str]:
    """Return the words that one language has and the other lacks."""
    keys = {
        language.name: {
            f"{part.stem}.{key}" for part in language.glob("*.json") for key in _keys(part)
        }
        for language in locales.iterdir()
        if language.is_dir()
    }
    return sorted(keys["en"] ^ keys["id"])


def _keys(part: Path) -> set[str]:
    def walk(words: dict[str, object], path: str) -> set[str]:
        found = set[str]()
        for key, value in words.items():
            inner = f"{path}{key}"
            found |= walk(value, f"{inner}.") if isinstance(value, dict) else {inner}
        return found

    return walk(json.loads(part.read_text()), "")


def test_the_document_that_types_are_made_of_is_fresh() -> None:
    fresh = CliRunner().invoke(main, ["openapi"]).output
    kept = (WEB / "openapi.json").read_text()
    assert json.loads(kept) == json.loads(fresh), "run: helpdesk openapi > web/openapi.json"


def test_components_are_short() -> None:
    assert long_components(WEB / "src") == []


def test_every_module_says_what_it_is_for() -> None:
    assert without_a_sentence(WEB / "src") == []


def test_no_sentence_stands_in_a_script() -> None:
    assert raw_sentences(WEB / "src") == []


def test_both_languages_have_every_word() -> None:
    assert uneven_words(WEB / "src" / "locales") == []


@pytest.mark.parametrize("rule", [long_components, without_a_sentence])
def test_the_rule_finds_what_breaks_it(rule: object, tmp_path: Path) -> None:
    (tmp_path / "Long.vue").write_text("<template>\n" * 201)
    assert callable(rule)
    assert rule(tmp_path) == ["Long.vue"]


def test_a_missing_word_is_found(tmp_path: Path) -> None:
    for language, words in {"en": {"a": {"b": "x"}, "c": "y"}, "id": {"a": {"b": "z"}}}.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "common.json").write_text(json.dumps(words))
    assert uneven_words(tmp_path) == ["common.c"]


def test_a_sentence_in_a_script_is_found(tmp_path: Path) -> None:
    script = "/* It's for 'Some words'. */\nfail('No answer came.')\nsay(t('problem.offline'))\n"
    (tmp_path / "Said.vue").write_text(script + "<template><p :title=\"'In a template'\" />")
    assert raw_sentences(tmp_path) == ["Said.vue: 'No answer came.'"]
