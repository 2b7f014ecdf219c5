"""Every route by every role, as `role_matrix` says; and nothing else is there."""

import re
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar, get
from websockets.exceptions import InvalidStatus

from helpdesk.api.access import OWNERS, allow, handlers_of, require_allow
from tests.api.house import ROLES, House, Role, make_house
from tests.api.role_matrix import EVERYBODY, MANAGING, MATRIX, operations_of
from tests.factories import make_account
from tests.served import Caller

ENDS_THE_CALLER = {"DELETE /api/v1/session", "POST /api/v1/account/token"}
CELLS = [(operation, role) for operation in MATRIX for role in ROLES]


@pytest.fixture(scope="module")
async def callers(hall: House) -> dict[Role, Caller]:
    """One client per role: a sign-in for each cell would be slow."""
    return {role: await hall.caller(role) for role in ROLES}


async def call(caller: Caller, operation: str) -> httpx.Response:
    """Call with ids that nothing has, and without what the body needs."""
    method, path = operation.split(" ")
    path = re.sub(r"\{\w+:uuid\}", lambda _: str(uuid4()), path)
    path = re.sub(r"\{\w+:str\}", "x", path)
    body = {} if method in {"POST", "PATCH"} else None
    return await caller.request(method, path, json=body)


def is_as_allowed(status: int, role: Role, allowed: frozenset[Role]) -> bool:
    """Whether the answer's status fits a row of the matrix."""
    if role in allowed:
        return status not in {401, 403} and status < 500
    return status == (401 if role == "nobody" else 403)


@pytest.mark.parametrize(("operation", "role"), CELLS, ids=lambda value: str(value))
async def test_a_route_lets_through_whom_the_matrix_names(
    hall: House, callers: dict[Role, Caller], operation: str, role: Role
) -> None:
    if operation.startswith("SOCKET"):
        status = await knock(hall, callers[role])
    else:
        is_last_call = operation in ENDS_THE_CALLER and role in MATRIX[operation]
        who = await (await next_door(hall)).caller(role) if is_last_call else callers[role]
        status = (await call(who, operation)).status_code
    assert is_as_allowed(status, role, MATRIX[operation]), status


async def next_door(hall: House) -> House:
    """Return another house on the same server, for calls that would end a client of the hall."""
    account = await make_account(hall.account.database, hall.account.vault)
    return await make_house(account, hall.served)


async def knock(hall: House, who: Caller) -> int:
    """Open the socket and return the handshake's status; 401 where nobody and 403 are one."""
    try:
        async with hall.served.socket(who):
            return 101
    except InvalidStatus as refused:
        is_nobody = not (who.cookies or "Authorization" in who.headers)
        return 401 if is_nobody else refused.response.status_code


async def test_every_route_has_its_row_and_every_row_its_route(hall: House) -> None:
    assert operations_of(hall.served.app.routes) == MATRIX.keys()


async def test_every_route_says_who_may_call_it(hall: House) -> None:
    handlers = [each for route in hall.served.app.routes for each in handlers_of(route)]
    assert len(handlers) > 60
    assert all("allow" in each.opt for each in handlers)


def test_an_app_with_a_route_that_says_nothing_does_not_start() -> None:
    @get("/silent", sync_to_thread=False)
    def silent() -> None: ...

    @get("/said", opt=allow(OWNERS), sync_to_thread=False)
    def said() -> None: ...

    app = Litestar([silent, said], openapi_config=None)
    with pytest.raises(RuntimeError, match="/silent") as stopped:
        require_allow(app.routes)
    assert "/said" not in str(stopped.value)


def test_a_new_route_has_no_row() -> None:
    @get("/new", opt=allow(OWNERS), sync_to_thread=False)
    def new() -> None: ...

    app = Litestar([new], openapi_config=None)
    assert operations_of(app.routes) - MATRIX.keys() == {"GET /new"}


@pytest.mark.parametrize("role", ROLES)
async def test_a_wrong_row_is_noticed(callers: dict[Role, Caller], role: Role) -> None:
    answer = await call(callers[role], "GET /api/v1/devices")
    wrong = EVERYBODY ^ MANAGING
    assert is_as_allowed(answer.status_code, role, MANAGING)
    assert not is_as_allowed(answer.status_code, role, wrong)


async def test_asking_for_the_methods_of_a_route_needs_no_session(hall: House) -> None:
    answer = await hall.served.caller().options("/api/v1/account")
    assert (answer.status_code, answer.content) == (204, b"")
