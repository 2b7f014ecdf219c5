"""The code keeps its shape, and each rule can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.events import AnyEvent
from tests.shape import rules

PROJECT = Path(__file__).parents[2]
EVENTS = [each.__name__ for each in AnyEvent.__args__]
LONG_FUNCTION = '"""Fine."""\n\n\ndef long():\n' + "    x = 1\n" * 50
BROKEN: dict[str, tuple[Callable[[Path], list[str]], str, str]] = {
    "file": (rules.too_long, "a.py", '"""Fine."""\n' + "x = 1\n" * 300),
    "function": (rules.too_long, "a.py", LONG_FUNCTION),
    "no sentence": (rules.without_a_sentence, "a.py", '"""No full stop"""\n'),
    "two lines": (rules.without_a_sentence, "a.py", '"""Broken\nin two.\n"""\n'),
    "no docstring": (rules.without_a_sentence, "a.py", "x = 1\n"),
    "name": (rules.badly_named, "user_manager.py", '"""Fine."""\n'),
    "package": (rules.badly_named, "utils/__init__.py", '"""Fine."""\n'),
    "commit": (rules.commits, "actions/a.py", "async def f(s):\n    await s.commit()\n"),
    "task": (rules.spawns, "actions/a.py", "import asyncio\nasyncio.create_task(f())\n"),
    "group": (rules.spawns, "actions/a.py", "from asyncio import TaskGroup\nTaskGroup()\n"),
    "except": (rules.catches_all, "a.py", "try:\n    f()\nexcept Exception:\n    pass\n"),
    "bare": (rules.catches_all, "a.py", "try:\n    f()\nexcept:\n    pass\n"),
    "sql": (rules.imports_sql, "actions/a.py", "from sqlalchemy.orm import Session\n"),
    "import": (rules.imports_sql, "api/a.py", "def f():\n    import sqlmodel\n"),
}
ALL = sorted({rule for rule, _, _ in BROKEN.values()}, key=lambda rule: rule.__name__)


@pytest.mark.parametrize("rule", ALL)
def test_the_code_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(PROJECT / "helpdesk") == []


@pytest.mark.parametrize("name", BROKEN)
def test_the_rule_finds_what_breaks_it(tmp_path: Path, name: str) -> None:
    rule, path, text = BROKEN[name]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    assert len(rule(tmp_path)) == 1


def test_every_path_that_the_architecture_names_is_there() -> None:
    assert rules.missing_paths(PROJECT / "ARCHITECTURE.md") == []


def test_a_path_that_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "doc.md").write_text("See `gone/away.py`, `helpdesk/`, `not a path` and `one/`.")
    (tmp_path / "one").mkdir()
    assert rules.missing_paths(tmp_path / "doc.md") == ["gone/away.py", "helpdesk/"]


def test_every_event_has_a_producer() -> None:
    assert rules.without_producer(PROJECT / "helpdesk", EVENTS) == []


def test_an_event_without_a_producer_is_found(tmp_path: Path) -> None:
    (tmp_path / "events.py").write_text("class Lost: ...\nclass Made: ...\n")
    (tmp_path / "a.py").write_text("collect(Made())\n")
    assert rules.without_producer(tmp_path, ["Lost", "Made"]) == ["Lost"]


def test_the_allowances_name_files_that_are_there() -> None:
    named = {*rules.CATCHES_ALL, *rules.SPAWNS_TASKS, *rules.COMMITS_IN}
    assert [name for name in named if not (PROJECT / "helpdesk" / name).exists()] == []
