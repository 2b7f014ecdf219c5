"""The shape that the code keeps, as functions from a tree of files to what breaks a rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MOST_LINES, MOST_FUNCTION_LINES = 300, 50
FORBIDDEN_NAMES = {
    "manager", "service", "helper", "helpers", "util", "utils", "common", "base", "handler",
    "process", "data", "info",
}  # fmt: skip
COMMITS_IN = {"database.py"}
CATCHES_ALL = {
    "workers/runner.py": 2,  # a fault never ends a loop, nor a job
    "workers/outbox.py": 1,  # a fault in a gateway is an unknown fate
    "batcher.py": 2,  # one poison item must not harm the others; the caller gets it
    "actions/receive.py": 1,  # the savepoint around routing
    "actions/waiting.py": 1,  # the savepoint around routing again
}
SPAWNS_TASKS = {
    "workers/runner.py", "workers/slots.py", "live/socket.py",
}  # fmt: skip
KNOWS_SQL = ("tables/", "queries/", "database.py", "driver_errors.py", "schema.py")


def modules(root: Path) -> Iterator[tuple[str, ast.Module, str]]:
    """Yield each module's path below the root, its tree and its text."""
    for path in sorted(root.rglob("*.py")):
        text = path.read_text()
        yield path.relative_to(root).as_posix(), ast.parse(text), text


def too_long(root: Path) -> list[str]:
    """Files over 300 lines, functions over 50."""
    found = []
    for name, tree, text in modules(root):
        if len(text.splitlines()) > MOST_LINES:
            found.append(f"{name}: {len(text.splitlines())} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MOST_FUNCTION_LINES:
                    found.append(f"{name}: {node.name} has {lines} lines")
    return found


def without_a_sentence(root: Path) -> list[str]:
    """Modules whose docstring does not open with a one-line sentence."""
    return [
        name
        for name, tree, _ in modules(root)
        if not (ast.get_docstring(tree) or "").split("\n", 1)[0].endswith(".")
    ]


def badly_named(root: Path) -> list[str]:
    """Modules and packages whose name says nothing."""
    return [
        name
        for name, _, _ in modules(root)
        if FORBIDDEN_NAMES & set(re.split(r"[/_.]", name.removesuffix(".py")))
    ]


def calls(tree: ast.Module, method: str) -> int:
    """How often something is called by this name."""
    return sum(
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) == method or getattr(node.func, "id", None) == method)
        for node in ast.walk(tree)
    )


def commits(root: Path) -> list[str]:
    """Modules outside the database floor that commit."""
    return [n for n, tree, _ in modules(root) if n not in COMMITS_IN and calls(tree, "commit")]


def spawns(root: Path) -> list[str]:
    """Modules that start tasks and are not among those that may."""
    return [
        name
        for name, tree, _ in modules(root)
        if name not in SPAWNS_TASKS
        and any(calls(tree, each) for each in ("create_task", "ensure_future", "TaskGroup"))
    ]


def catches_all(root: Path) -> list[str]:
    """Modules that catch everything more often than they may."""
    found = []
    for name, tree, _ in modules(root):
        caught = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or getattr(node.type, "id", "") == "Exception")
        ]
        if len(caught) > CATCHES_ALL.get(name, 0):
            found.append(f"{name}: {len(caught)}")
    return found


def imports_sql(root: Path) -> list[str]:
    """Modules above the queries that import SQLAlchemy or SQLModel."""
    found = []
    for name, tree, _ in modules(root):
        imported = {
            each
            for node in ast.walk(tree)
            for each in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        if not name.startswith(KNOWS_SQL) and any(
            each.split(".")[0] in {"sqlalchemy", "sqlmodel"} for each in imported
        ):
            found.append(name)
    return found


def missing_paths(document: Path) -> list[str]:
    """Paths between backticks in the document that are not there, seen from its own directory.

    A path below the package may be written without it, and an ending slash is a directory.
    """
    named = re.findall(r"`((?:[\w.]+/)+[\w.-]*)`", document.read_text())
    places = [document.parent, document.parent / "helpdesk"]
    return [path for path in named if not any((place / path).exists() for place in places)]


def without_producer(root: Path, events: list[str]) -> list[str]:
    """Event classes that no module but the events' own names."""
    text = "\n".join(text for name, _, text in modules(root) if name != "events.py")
    return [each for each in events if not re.search(rf"\b{each}\b", text)]
