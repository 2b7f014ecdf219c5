"""Wrong credentials: one answer, one amount of work, and slower and slower."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk import vault
from helpdesk.database import execute, fetch
from tests.api.house import PASSWORD, House
from tests.factories import make_agent, make_device
from tests.served import Served, serve

SESSION = "/api/v1/session"
SAMPLES = 30


async def attempt(served: Served, **credentials: str) -> httpx.Response:
    """Try to sign in, as somebody new."""
    return await served.caller().post(SESSION, json=credentials)


async def wrong_token(house: House, number: str | None = None) -> httpx.Response:
    """Try a wrong token on the house's device, or on another one."""
    return await attempt(house.served, device=number or house.device.number, token="w" * 30)


async def test_whichever_part_was_wrong_the_answer_is_the_same(house: House) -> None:
    answers = [
        await wrong_token(house),
        await wrong_token(house, "628999999999"),
        await wrong_token(house, "no number at all"),
        await attempt(house.served, device=house.device.number, token=""),
        await attempt(house.served, email=house.emails["owner"], password="wrong password"),
        await attempt(house.served, email="nobody@example.com", password=PASSWORD),
        await attempt(house.served, email="", password=""),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_a_disabled_agent_is_told_the_same(house: House) -> None:
    await make_agent(house.account, house.device, token="t" * 20, is_enabled=False)
    wrong = await wrong_token(house)
    answer = await attempt(house.served, device=house.device.number, token="t" * 20)
    assert (answer.status_code, answer.text) == (401, wrong.text)


async def test_a_token_of_another_device_is_told_the_same(house: House) -> None:
    other = await make_device(house.account, number="6281100000002")
    answer = await attempt(house.served, device=other.number, token=house.agent_token)
    assert answer.status_code == 401


async def shortest(house: House, *kinds: dict[str, str]) -> list[float]:
    """Try each kind in turn, unthrottled, and return its shortest time: other work on the
    machine only adds to it."""
    times: list[list[float]] = [[] for _ in kinds]
    caller = house.served.caller()
    for _ in range(SAMPLES):
        for kind, taken in zip(kinds, times, strict=True):
            async with house.account.work() as work:
                await execute(work.session, "delete from throttle")
            started = time.perf_counter()
            assert (await caller.post(SESSION, json=kind)).status_code == 401
            taken.append(time.perf_counter() - started)
    return [min(taken) for taken in times]


async def test_a_wrong_password_and_an_unknown_e_mail_take_the_same_time(house: House) -> None:
    hashing = time_of_hashing()
    known, unknown = await shortest(
        house,
        {"email": house.emails["owner"], "password": "wrong password"},
        {"email": "nobody@example.com", "password": "wrong password"},
    )
    assert abs(known - unknown) < hashing / 2
    assert min(known, unknown) > hashing / 4


async def test_a_wrong_token_and_an_unknown_device_take_the_same_time(house: House) -> None:
    known, unknown = await shortest(
        house,
        {"device": house.device.number, "token": "w" * 30},
        {"device": "628999999999", "token": "w" * 30},
    )
    assert abs(known - unknown) < max(known, unknown) / 2


async def longest_pause(trying: "asyncio.Task[httpx.Response]") -> float:
    """Return for how long the loop, which the server shares with us, stood still meanwhile."""
    longest = 0.0
    while not trying.done():
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - started)
    return longest


async def test_trying_a_password_does_not_hold_up_others(house: House) -> None:
    hashing, caller, pauses = time_of_hashing(), house.served.caller(), []
    for number in range(9):
        credentials = {"email": f"nobody{number}@example.com", "password": PASSWORD}
        trying = asyncio.create_task(caller.post(SESSION, json=credentials))
        pauses.append(await longest_pause(trying))
    assert min(pauses) < hashing / 2


def time_of_hashing() -> float:
    """Return how long it takes to try one password."""
    nobody = vault.nobodys_hash()
    started = time.perf_counter()
    vault.is_password("wrong password", nobody)
    return time.perf_counter() - started


async def fail(house: House, times: int) -> list[httpx.Response]:
    """Try a wrong token so many times."""
    return [await wrong_token(house) for _ in range(times)]


async def test_after_ten_wrong_tokens_the_next_wrong_one_has_to_wait(house: House) -> None:
    before = await fail(house, 10)
    after = await wrong_token(house)
    assert {answer.status_code for answer in before} == {401}
    assert (after.status_code, after.json()["code"]) == (429, "too_many")
    assert 1 <= int(after.headers["retry-after"]) <= 60


async def test_the_right_token_works_while_wrong_ones_have_to_wait(house: House) -> None:
    await fail(house, 11)
    right = await attempt(house.served, device=house.device.number, token=house.agent_token)
    assert right.status_code == 201


async def test_every_spelling_of_the_number_is_counted_as_one(house: House) -> None:
    number = house.device.number
    for spelling in [number, f"+{number}", f"0{number[2:]}", f"{number[:5]} {number[5:]}"] * 3:
        last = await wrong_token(house, spelling)
    assert last.status_code == 429


async def test_an_unknown_device_has_to_wait_as_well(house: House) -> None:
    for _ in range(11):
        last = await wrong_token(house, "628999999999")
    assert last.status_code == 429


async def test_waits_double_up_to_a_minute_and_end(house: House) -> None:
    waits = []
    await fail(house, 9)
    for _ in range(9):
        await fail(house, 1)
        async with house.account.work() as work:
            rows = await fetch(
                work.session,
                "select extract(epoch from blocked_until - clock_timestamp())::float8"
                " from throttle where kind = 'name'",
            )
            waits.append(round(rows[0][0]))
            await execute(work.session, "update throttle set blocked_until = now() - interval '1s'")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_wrong_password_ten_times_makes_the_right_one_wait(house: House) -> None:
    email = house.emails["owner"]
    for _ in range(10):
        await attempt(house.served, email=email, password="wrong password")
    answer = await attempt(house.served, email=email.upper(), password=PASSWORD)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


async def test_failures_are_counted_over_all_servers(house: House, tmp_path: Path) -> None:
    async with serve(house.account.database, tmp_path) as second:
        for served in [house.served, second] * 5:
            await attempt(served, device=house.device.number, token="w" * 30)
        for served in [house.served, second]:
            answer = await attempt(served, device=house.device.number, token="w" * 30)
            assert answer.status_code == 429


async def test_after_thirty_failures_an_address_has_to_wait_whatever_it_brings(
    house: House,
) -> None:
    for number in range(30):
        assert (await wrong_token(house, f"6289999999{number:02}")).status_code == 401
    right = await attempt(house.served, device=house.device.number, token=house.agent_token)
    assert (right.status_code, "retry-after" in right.headers) == (429, True)


async def test_a_session_goes_on_while_its_device_and_address_have_to_wait(house: House) -> None:
    caller = await house.caller("agent")
    for number in range(30):
        await wrong_token(house, f"6289999999{number:02}")
    await fail(house, 2)
    assert (await caller.get(SESSION)).status_code == 200


async def test_signing_in_forgets_the_failures_by_that_name(house: House) -> None:
    await fail(house, 9)
    await attempt(house.served, device=house.device.number, token=house.agent_token)
    assert {answer.status_code for answer in await fail(house, 10)} == {401}


async def test_failures_older_than_a_quarter_of_an_hour_do_not_count(house: House) -> None:
    await fail(house, 9)
    async with house.account.work() as work:
        moved = "window_started_at = window_started_at - interval '15 minutes 1 second'"
        await execute(work.session, f"update throttle set {moved}")  # noqa: S608 - ours
    assert {answer.status_code for answer in await fail(house, 9)} == {401}


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"device": "628112223334"},
        {"token": "x"},
        {"email": "a@example.com"},
        {"email": "a@example.com", "token": "x"},
    ],
)
async def test_half_of_the_credentials_is_no_attempt(house: House, credentials: Any) -> None:
    answer = await attempt(house.served, **credentials)
    assert answer.status_code == 422
    async with house.account.work() as work:
        assert await fetch(work.session, "select from throttle") == []
