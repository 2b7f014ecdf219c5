"""The other commands: what they print, what they refuse, and in which words."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from tests.conftest import Server, text_of
from tests.flow.process import Process, run, running
from tests.served import SECRET_KEY
from tests.workers.embedded_places import execute, is_running, open_directory, wait_until


@pytest.fixture
async def external(server: Server, template: str) -> AsyncIterator[dict[str, str]]:
    """Variables that name a migrated database which is not embedded, and a secret key."""
    name = await server.make_database(template=template)
    yield variables(server, name)
    await server.drop_database(name)


@pytest.fixture
async def empty(server: Server) -> AsyncIterator[dict[str, str]]:
    """The same, of a database without a schema."""
    name = await server.make_database()
    yield variables(server, name)
    await server.drop_database(name)


def variables(server: Server, database: str) -> dict[str, str]:
    return {
        "HELPDESK_DATABASE_URL": text_of(server.app, database),
        "HELPDESK_MIGRATE_URL": text_of(server.owner, database),
        "HELPDESK_SECRET_KEY": SECRET_KEY,
    }


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


SERVE = ("serve", "--port", "0")
"""For what ends before it listens."""


async def command(directory: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    ended = await asyncio.to_thread(run, directory, *arguments, **variables)
    return ended.returncode, ended.stdout, ended.stderr


async def test_bootstrap_prints_one_json_object_whose_token_works(
    external: dict[str, str], directory: Path
) -> None:
    code, said, _ = await command(directory, "bootstrap", "--json", **external)
    made = json.loads(said)
    assert code == 0
    assert made.keys() == {"account_id", "account_token", "email", "password"}
    assert made["account_token"].startswith("hd_acc_")
    bearer = {"Authorization": f"Bearer {made['account_token']}"}
    with running("serve", directory, **external) as process:
        async with httpx.AsyncClient(base_url=f"{process.url}/api/v1", timeout=10) as client:
            answer = await client.get("/devices", headers=bearer)
            credentials = {name: made[name] for name in ("email", "password")}
            signed_in = await client.post("/session", json=credentials)
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert signed_in.status_code == 201


async def test_bootstrap_on_the_embedded_database_takes_name_mail_and_password(
    directory: Path,
) -> None:
    given = ("--name", "Toko", "--email", "Sari@Toko.example", "--password", "rahasia-sekali")
    code, said, complaint = await command(directory, "bootstrap", "--json", *given)
    assert code == 0, complaint
    assert json.loads(said)["password"] == "rahasia-sekali"
    assert (directory / "secret_key").stat().st_mode & 0o777 == 0o600


async def test_bootstrap_refuses_an_email_that_has_an_account(
    external: dict[str, str], directory: Path
) -> None:
    first = await command(directory, "bootstrap", "--email", "a@b.example", **external)
    again = await command(directory, "bootstrap", "--email", "A@b.example", **external)
    assert first[0] == 0
    assert again[0] != 0
    assert "Traceback" not in again[2]
    assert "e-mail" in again[2]
    url = external["HELPDESK_DATABASE_URL"]
    assert await asyncio.to_thread(execute, url, "select count(*) from account") == 1


async def test_reset_password_signs_out_and_lets_in_with_the_new_one(
    external: dict[str, str], directory: Path
) -> None:
    made = json.loads((await command(directory, "bootstrap", "--json", **external))[1])
    mail, new = made["email"], "another-one-now"
    credentials = [{"email": mail, "password": password} for password in (made["password"], new)]
    with running("serve", directory, **external) as process:
        async with httpx.AsyncClient(base_url=f"{process.url}/api/v1", timeout=10) as client:
            await client.post("/session", json=credentials[0])
            assert (await client.get("/session")).status_code == 200
            code, said, _ = await command(
                directory, "reset-password", mail, "--password", new, **external
            )
            assert (code, new in said) == (0, True)
            assert (await client.get("/session")).status_code == 401
            answers = [await client.post("/session", json=each) for each in credentials]
    assert [answer.status_code for answer in answers] == [401, 201]


async def test_migrate_makes_the_schema_of_an_external_database(
    empty: dict[str, str], directory: Path
) -> None:
    for _ in range(2):
        code, said, complaint = await command(directory, "migrate", **empty)
        assert (code, said) == (0, "The schema is current.\n"), complaint
    with running("serve", directory, **empty):
        pass


@pytest.mark.parametrize("arguments", [SERVE, ("reset-password", "a@b.example")])
async def test_an_outdated_schema_is_refused_with_the_command_to_run(
    empty: dict[str, str], directory: Path, arguments: tuple[str, ...]
) -> None:
    code, _, complaint = await command(directory, *arguments, **empty)
    assert code != 0
    assert "Run: helpdesk migrate" in complaint
    assert "Traceback" not in complaint


async def test_serve_on_an_external_database_says_how_to_make_a_secret_key(
    external: dict[str, str], directory: Path
) -> None:
    url = external["HELPDESK_DATABASE_URL"]
    code, _, complaint = await command(directory, *SERVE, HELPDESK_DATABASE_URL=url)
    assert code != 0
    assert "HELPDESK_SECRET_KEY is missing" in complaint
    assert "secrets.token_urlsafe" in complaint


@pytest.mark.parametrize("arguments", [SERVE, ("migrate",)])
async def test_a_database_that_is_away_is_told_in_a_sentence(
    directory: Path, arguments: tuple[str, ...]
) -> None:
    code, _, complaint = await command(
        directory,
        *arguments,
        HELPDESK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        HELPDESK_SECRET_KEY=SECRET_KEY,
    )
    assert code != 0
    assert "Traceback" not in complaint
    assert "The database cannot be reached" in complaint


async def test_a_database_that_does_not_exist_is_told_in_a_sentence(
    external: dict[str, str], directory: Path
) -> None:
    url = external["HELPDESK_DATABASE_URL"]
    name = make_url(url).database
    other = external | {"HELPDESK_DATABASE_URL": url.replace(str(name), "no_such_database")}
    code, _, complaint = await command(directory, *SERVE, **other)
    assert code != 0
    assert "Traceback" not in complaint
    assert 'database "no_such_database" does not exist' in complaint


async def test_two_worker_processes_answer_and_end_on_sigterm_with_0(
    external: dict[str, str], directory: Path
) -> None:
    with Process("serve", directory, "--workers", "2", **external) as process:
        process.start_ready()
        url, nodes = external["HELPDESK_DATABASE_URL"], "select count(*) from node"
        await asyncio.to_thread(wait_until, lambda: execute(url, nodes) == 2)
        async with httpx.AsyncClient(timeout=5) as client:
            for _ in range(10):
                assert (await client.get(f"{process.url}/health/live")).status_code == 200
        children = process.children
        code, seconds = await asyncio.to_thread(process.terminate)
        assert code == 0
        await asyncio.to_thread(wait_until, lambda: not any(map(is_running, children)))
        assert seconds < 10
        assert await asyncio.to_thread(execute, url, nodes) == 0
