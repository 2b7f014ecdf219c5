"""Starting: soon on what is there already, and not at all where it would go wrong."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from helpdesk.schema import HEAD, _config
from tests.conftest import Server, text_of
from tests.flow.process import run, running
from tests.served import SECRET_KEY
from tests.workers.embedded_places import execute, open_directory

PORT = ("--port", "0")
OTHER_KEY = "y" * 40
HEAVY = {"alembic", "litestar", "sqlalchemy", "uvicorn"}


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data directory with an account in it."""
    with open_directory() as directory:
        assert run(directory, "bootstrap", "--password", "rahasia-sekali").returncode == 0
        yield directory


def imported(*lines: str) -> set[str]:
    """Which of the heavy packages a Python has imported after these lines."""
    code = "\n".join([*lines, "import sys", "print(*sys.modules)"])
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return HEAVY & set(ended.stdout.split())


def test_the_command_line_imports_nothing_heavy_before_postgresql_is_asked_to_start() -> None:
    assert imported("import helpdesk.cli") == set()
    assert imported("import helpdesk.cli, helpdesk.serving") == HEAVY - {"alembic"}


async def test_a_start_on_a_current_schema_needs_no_alembic(server: Server, template: str) -> None:
    current = await server.make_database(template=template)
    empty = await server.make_database()
    for name, needed in ((current, {"sqlalchemy"}), (empty, {"sqlalchemy", "alembic"})):
        start = f"migrate_if_old({text_of(server.owner, name)!r})"
        lines = ("from helpdesk.schema import migrate_if_old", start)
        assert await asyncio.to_thread(imported, *lines) == needed
        await server.drop_database(name)


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    assert ScriptDirectory.from_config(_config("")).get_current_head() == HEAD


COMMANDS = [
    ("serve", *PORT),
    ("demo", *PORT),
    ("bootstrap", "--email", "other@example.com"),
    ("reset-password", "owner@example.com"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_another_secret_key_is_refused_with_where_to_put_the_right_one(
    used: Path, arguments: tuple[str, ...]
) -> None:
    ended = run(used, *arguments, HELPDESK_SECRET_KEY=OTHER_KEY)
    assert ended.returncode != 0
    assert "made with another secret key" in ended.stderr
    assert "HELPDESK_SECRET_KEY" in ended.stderr
    assert str(used / "secret_key") in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_lost_key_file_is_noticed_and_the_old_one_put_back_helps(used: Path) -> None:
    kept = used / "secret_key"
    key = kept.read_text()
    kept.unlink()
    for _ in range(2):
        assert "made with another secret key" in run(used, "serve", *PORT).stderr
    kept.write_text(key)
    with running("serve", used):
        pass


async def test_another_secret_key_is_refused_on_an_external_database_before_any_account(
    server: Server, template: str, directory: Path
) -> None:
    name = await server.make_database(template=template)
    url = text_of(server.app, name)
    variables = {"HELPDESK_DATABASE_URL": url, "HELPDESK_SECRET_KEY": SECRET_KEY}
    with running("serve", directory, **variables):
        other = variables | {"HELPDESK_SECRET_KEY": OTHER_KEY}
        refused = await asyncio.to_thread(run, directory, "bootstrap", **other)
        made = await asyncio.to_thread(run, directory, "bootstrap", "--json", **variables)
    assert "made with another secret key" in refused.stderr
    assert json.loads(made.stdout)["account_token"]
    assert await asyncio.to_thread(execute, url, "select count(*) from installation") == 1
    await server.drop_database(name)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PUBLIC_URL", "foo"), ("TRUSTED_PROXIES", "abc"), ("SECRET_KEY", "short")],
)
def test_a_wrong_variable_is_refused_before_anything_is_started(
    directory: Path, variable: str, value: str
) -> None:
    for arguments in COMMANDS:
        ended = run(directory, *arguments, **{f"HELPDESK_{variable}": value})
        assert ended.returncode == 1
        assert ended.stderr.startswith(f"Error: HELPDESK_{variable} ")
        assert "Traceback" not in ended.stderr
    assert not (directory / "postgres").exists()


@pytest.mark.parametrize("host", ["1.2.3.4", "no-such-host.invalid", "2001:db8::1", "a..b"])
def test_an_address_that_this_machine_does_not_have_is_called_that(
    tmp_path: Path, host: str
) -> None:
    ended = run(tmp_path, "serve", "--host", host, *PORT)
    assert ended.returncode == 1
    assert f"This machine does not have the address {host}." in ended.stderr
    assert "--host 127.0.0.1" in ended.stderr
    assert "--port" not in ended.stderr
