"""The console's files: what a browser gets, how long it keeps it, and what it cannot reach."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from helpdesk.api.front import Front, front_router
from helpdesk.api.problems import HANDLERS
from tests.served import Served

SCRIPT = "console.log('hello');\n" * 100


@pytest.fixture
async def browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with a console that was built just now."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>console</title>")
    (dist / "phone.html").write_text("<title>phone</title>")
    (dist / "assets" / "main-123.js").write_text(SCRIPT)
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(Front.__init__, "__defaults__", ((dist,),))
    app = Litestar([front_router()], exception_handlers=HANDLERS)
    async with AsyncTestClient(app) as client:
        yield client


@pytest.mark.parametrize("path", ["/app/", "/app/inbox/mine", "/app/devices/new", "/app/sign-in"])
async def test_every_address_of_the_console_is_its_document(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>console</title>")
    assert answer.headers["cache-control"] == "no-cache"


async def test_files_with_a_digest_in_their_name_are_kept_for_ever(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/app/assets/main-123.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_who_takes_no_gzip_gets_none(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/app/assets/main-123.js", headers={"accept-encoding": "identity"})
    assert answer.text == SCRIPT
    assert "content-encoding" not in answer.headers


async def test_a_known_document_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    tag = (await browser.get("/app/")).headers["etag"]
    answer = await browser.get("/app/", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/app/assets/gone-456.js",
        "/app/secret.txt",
        "/app/../secret.txt",
        "/app/%2e%2e/secret.txt",
        "/app/..%2fsecret.txt",
        "/app/assets/..%2f..%2fsecret.txt",
    ],
)
async def test_nothing_but_the_built_files_can_be_reached(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_the_phone_has_a_document_of_its_own(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/phone/")).text == "<title>phone</title>"


async def test_without_a_build_the_page_says_how_to_get_one(
    browser: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Front.__init__, "__defaults__", ((tmp_path / "nowhere",),))
    async with AsyncTestClient(Litestar([front_router()])) as client:
        assert "was not built" in (await client.get("/app/")).text


async def test_pages_come_with_the_policy_that_forbids_foreign_and_inline_code(
    served: Served,
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{served.url}/app/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
