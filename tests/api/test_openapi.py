"""The document of the API: whole, and the one that is served."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from helpdesk.api.openapi import document_of
from helpdesk.app import create_app
from helpdesk.cli import main
from helpdesk.settings import Settings
from tests.api.house import House
from tests.api.role_matrix import MATRIX, without_types

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    """The document as the command prints it."""
    printed = CliRunner().invoke(main, ["openapi"])
    assert printed.exit_code == 0
    decoded: Json = json.loads(printed.output)
    return decoded


def operations(document: Json) -> dict[str, Json]:
    """Return the operations by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


async def test_the_command_prints_what_the_server_serves(hall: House, document: Json) -> None:
    served = await (await hall.caller("account")).get("/api/v1/openapi.json")
    assert served.json() == document


def test_the_command_needs_no_setting(monkeypatch: pytest.MonkeyPatch, document: Json) -> None:
    for name, value in {"DATABASE_URL": "", "SECRET_KEY": "", "PUBLIC_DOCS": "off"}.items():
        monkeypatch.setenv(f"HELPDESK_{name}", value)
    assert json.loads(CliRunner().invoke(main, ["openapi"]).output) == document


def test_the_document_is_the_same_every_time() -> None:
    settings = Settings(
        _env_file=None, database_url="postgresql+asyncpg://x@127.0.0.1/x", secret_key="x" * 32
    )
    first, second = (document_of(create_app(settings)) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_every_operation_has_a_name_of_its_own(document: Json) -> None:
    names = [operation.get("operationId") for operation in operations(document).values()]
    assert all(names)
    assert len(names) == len(set(names))


def test_every_operation_says_what_it_does(document: Json) -> None:
    silent = [
        name for name, operation in operations(document).items() if not operation.get("description")
    ]
    assert silent == []


def test_the_document_names_every_route_of_the_native_api(document: Json) -> None:
    native = {
        without_types(operation)
        for operation in MATRIX
        if " /api/v1/" in operation and "openapi.json" not in operation
    }
    named = {name for name in operations(document) if " /api/v1" in name}
    assert named == native


def test_every_parameter_of_a_path_is_declared(document: Json) -> None:
    for name, operation in operations(document).items():
        declared = {
            each["name"] for each in operation.get("parameters", []) if each["in"] == "path"
        }
        in_path = {part[1:-1] for part in name.split("/") if part.startswith("{")}
        assert declared == in_path, name


def test_nothing_that_the_server_fills_in_is_shown_as_a_parameter(document: Json) -> None:
    inside = {"work", "reading", "actor", "parts", "now", "request"}
    for name, operation in operations(document).items():
        shown = {each["name"] for each in operation.get("parameters", [])}
        assert not shown & inside, name


def test_every_shape_that_is_named_is_described(document: Json) -> None:
    components = document["components"]
    named = {tuple(reference.split("/")[-2:]) for reference in references(document)}
    assert named
    assert [each for each in named if each[1] not in components[each[0]]] == []


def references(part: Any) -> set[str]:
    """Return every `$ref` below a part of the document."""
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if "$ref" in part else set()
    return own.union(*map(references, part.values()))


def test_every_success_with_a_body_says_its_shape(document: Json) -> None:
    for name, operation in operations(document).items():
        success = [code for code in operation["responses"] if code.startswith("2")]
        assert success, name
        for code in set(success) - {"204"}:
            assert operation["responses"][code].get("content"), name
