"""The API's document, route by route: what may go wrong, who may call, and typed bodies."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from msgspec import defstruct

from helpdesk.api.access import OWNERS, PUBLIC, allow
from helpdesk.api.openapi import document_of, make_document
from helpdesk.app import create_app
from helpdesk.settings import Settings
from tests.api.house import Role
from tests.api.role_matrix import MATRIX, without_types
from tests.contract import undocumented

Json = dict[str, Any]

KEYS = {"signed_link", "phone_key"}
"""What opens a route to somebody who has no role."""

MAY_BE_LEFT_OUT = {
    "pair_device", "resolve_conversation", "rotate_agent_token", "rotate_device_token",
    "take_conversation",
}  # fmt: skip
MORE = {
    "sign_in": {401, 403, 429},
    "add_agent": {404}, "add_device": {404}, "add_rule": {404}, "add_template": {404},
    "start_conversation": {404}, "test_connection": {404}, "try_rules": {404},
    "change_device": {409}, "change_division": {409}, "change_template": {409},
    "change_label": {409}, "change_field": {409}, "change_rotator": {409},
    "export_templates": {409}, "remove_field": {409}, "remove_device": {409},
    "remove_division": {409}, "remove_label": {409},
    "disconnect_device": {502}, "pair_device": {502},
    "add_broadcast": {404}, "check_broadcast": {404},
    "add_autoreply": {404}, "try_autoreplies": {404},
    "change_webhook": {409}, "remove_webhook": {409},
    "keep_draft": {409}, "drop_draft": {409},
}  # fmt: skip
"""What no rule below says, by hand."""


@pytest.fixture(scope="module")
def app() -> Litestar:
    settings = Settings(
        _env_file=None, database_url="postgresql+asyncpg://x@127.0.0.1/x", secret_key="x" * 32
    )
    return create_app(settings)


@pytest.fixture(scope="module")
def document(app: Litestar) -> Json:
    return document_of(app)


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield method, path and operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def wrong_statuses(document: Json) -> list[str]:
    """Operations whose refusals are not those that the rules name."""
    return [
        operation["operationId"]
        for method, path, operation in operations(document)
        if {int(each) for each in operation["responses"] if each > "299"}
        != expected(method, path, operation)
    ]


def expected(method: str, path: str, operation: Json) -> set[int]:
    """Say by rule what an operation may refuse with."""
    is_keyed = method == "POST" and operation["operationId"] != "sign_in"
    has_query = any(each["in"] == "query" for each in operation.get("parameters", []))
    return (
        {503}
        | ({401, 403} if operation["security"] else set())
        | ({400, 413, 422} if "requestBody" in operation else set())
        | ({409, 413, 422} if is_keyed else set())
        | ({404} if "{" in path else set())
        | ({422} if has_query else set())
        | MORE.get(operation["operationId"], set())
    )


def test_every_route_names_the_refusals_that_it_can_give(document: Json) -> None:
    assert wrong_statuses(document) == []


def test_a_refusal_too_much_and_one_too_few_are_noticed(document: Json) -> None:
    for change in ({"429": {}}, {}):
        kept = document["paths"]["/api/v1/account"]["get"]
        responses = {"200": kept["responses"]["200"], **change}
        broken = {"paths": {"/api/v1/account": {"get": {**kept, "responses": responses}}}}
        assert wrong_statuses(broken) == ["get_account"]


def test_an_answer_that_the_document_does_not_name_is_noticed(app: Litestar) -> None:
    request = httpx.Request("GET", "http://test/api/v1/account")
    assert undocumented(app, httpx.Response(409, request=request))
    assert not undocumented(app, httpx.Response(401, request=request))


def test_every_refusal_is_a_problem(document: Json) -> None:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    named = document["components"]["responses"]
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status > "299":
                refusal = named[answer["$ref"].rpartition("/")[2]]
                assert refusal["content"] == {"application/problem+json": problem}
                assert refusal["description"]


def callers(method: str, roles: frozenset[Role]) -> list[list[str]]:
    """Say how the roles of the hand-written matrix call."""
    if "nobody" in roles:
        return []
    session = ["session"] if method == "GET" else ["session", "csrf"]
    ways = [session] if roles & {"agent", "supervisor", "owner"} else []
    return ways + [[f"{role}_token"] for role in ("account", "device") if role in roles]


def test_every_route_says_who_may_call_as_the_matrix_does(document: Json) -> None:
    roles = {without_types(key): value for key, value in MATRIX.items()}
    schemes = document["components"]["securitySchemes"]
    for method, path, operation in operations(document):
        shown = [list(way) for way in operation["security"] if not way.keys() & KEYS]
        assert shown == callers(method, roles[f"{method} {path}"]), path
        assert all(set(way) <= schemes.keys() for way in operation["security"])


def test_links_and_keys_open_what_they_are_made_for(document: Json) -> None:
    opened = {
        key: {path for _, path, each in operations(document) if {key: []} in each["security"]}
        for key in KEYS
    }
    assert opened["signed_link"] == {"/media/{media_id}"}
    assert all("simulated" in path for path in opened["phone_key"])


def test_who_may_call_follows_the_guard() -> None:
    @get("/own", opt=allow(OWNERS), operation_id="own", sync_to_thread=False)
    def own() -> int:
        """Answer."""
        return 1

    @get("/open", opt=allow(PUBLIC), operation_id="open", sync_to_thread=False)
    def opened() -> int:
        """Answer."""
        return 1

    paths = make_document(Litestar([own, opened], openapi_config=None).routes)["paths"]
    assert paths["/own"]["get"]["security"] == [{"session": []}]
    assert paths["/open"]["get"]["security"] == []


def test_every_body_is_a_named_shape_and_says_whether_it_may_be_left_out(document: Json) -> None:
    for _, _, operation in operations(document):
        if body := operation.get("requestBody"):
            assert body["required"] is (operation["operationId"] not in MAY_BE_LEFT_OUT)
            assert all("$ref" in each["schema"] for each in body["content"].values())


def test_every_list_names_what_is_in_its_pages(document: Json) -> None:
    shapes = document["components"]["schemas"]
    pages = {name for name in shapes if name.endswith("Page")}
    assert len(pages) >= 9
    for name in pages:
        assert shapes[name]["properties"]["items"]["items"]["$ref"].startswith("#/components/")
    assert not [name for name in shapes if not re.fullmatch("[A-Z][A-Za-z]+", name)]


def untyped(part: Any, place: str = "") -> list[str]:
    """Return where a schema says nothing, or says with a union what needs none."""
    if isinstance(part, list):
        return [found for each in part for found in untyped(each, place)]
    if not isinstance(part, dict):
        return []
    found = [
        f"{place}/{key}"
        for key, value in part.items()
        if key in {"schema", "items"} and not value.keys() & {"type", "$ref", "oneOf", "anyOf"}
    ]
    if "anyOf" in part and not ("$ref" in part["anyOf"][0] and len(part["anyOf"]) == 2):
        found.append(place)
    return found + [
        each for key, value in part.items() for each in untyped(value, f"{place}/{key}")
    ]


def test_every_schema_has_a_type_and_no_union_that_it_can_do_without(document: Json) -> None:
    assert untyped(document["paths"]) + untyped(document["components"]) == []


@pytest.mark.parametrize(
    "broken",
    [{"schema": {}}, {"items": {"description": "x"}}, {"anyOf": [{"type": "string"}, {}]}],
)
def test_a_schema_without_a_type_is_noticed(broken: Json) -> None:
    assert len(untyped({"x": broken})) == 1


@pytest.mark.parametrize(
    ("shape", "field", "shown"),
    [
        ("DivisionIn", "limit", {"type": ["integer", "null"], "minimum": 0, "maximum": 10_000}),
        ("DivisionIn", "rotation", {"type": "string", "enum": ["full", "partial"]}),
        ("DivisionIn", "reopen_window_minutes", {"minimum": 0, "maximum": 43_200, "default": 1440}),
        ("DivisionPatch", "name", {"type": "string", "minLength": 1, "maxLength": 100}),
        ("AccountPatch", "language", {"type": "string", "enum": ["en", "id"]}),
        ("RenderIn", "blanks", {"additionalProperties": {"type": "string", "maxLength": 2_000}}),
        ("MessageOut", "created_at", {"type": "string", "format": "date-time"}),
    ],
)
def test_what_a_field_may_hold_is_shown(
    document: Json, shape: str, field: str, shown: Json
) -> None:
    schema = document["components"]["schemas"][shape]["properties"][field]
    assert shown.items() <= schema.items()


def test_the_kinds_of_gateways_are_those_of_the_server(app: Litestar, document: Json) -> None:
    gateway = document["components"]["schemas"]["DeviceIn"]["properties"]["gateway"]
    assert gateway["properties"]["kind"]["enum"] == sorted(app.state.parts.gateways)


def test_two_shapes_of_one_name_stop_the_document() -> None:
    one, other = (defstruct("Twin", [(field, int)]) for field in ("one", "other"))

    @get("/one", opt=allow(PUBLIC), sync_to_thread=False)
    def first() -> one:  # type: ignore[valid-type]
        return one(1)

    @get("/other", opt=allow(PUBLIC), sync_to_thread=False)
    def second() -> other:  # type: ignore[valid-type]
        return other(1)

    app = Litestar([first, second], openapi_config=None)
    with pytest.raises(RuntimeError, match="Twin"):
        make_document(app.routes)
