"""Packages as callers of the door meet them: quotas in answers, and refusals."""

import asyncio

import pytest

from helpdesk import clock
from helpdesk.database import execute
from tests.api.fonnte.door import SENT_TO, TARGET, Door, read, refusal

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(16)


async def give(door: Door, package: str, messages: int | None) -> None:
    async with door.account.work() as work:
        await execute(
            work.session, "update device set package = $2 where account_id = $1",
            door.account.id, package,
        )  # fmt: skip
        await execute(
            work.session,
            "update package set messages_per_month = $3 where account_id = $1 and code = $2",
            door.account.id,
            package,
            messages,
        )


async def test_an_answer_tells_what_is_left_of_the_quota(door: Door) -> None:
    await give(door, "regular", 1_000)
    body = await door.send({"target": f"{TARGET},0812999999", "message": "Halo"})
    assert body["quota"] == {
        door.house.device.number: {
            "details": "deduced from total quota", "quota": 1000, "remaining": 998, "used": 2,
        }
    }  # fmt: skip
    body = await door.send({"target": TARGET, "message": "Halo"})
    assert body["quota"][door.house.device.number]["remaining"] == 997


async def test_more_targets_than_are_left_are_refused_whole_and_cost_nothing(door: Door) -> None:
    await give(door, "regular", 2)
    asked = {"target": f"{TARGET},0812999999,0812999998", "message": "Halo"}
    assert refusal(await door.send(asked)) == "insufficient quota"
    assert await door.count() == 0
    body = await door.send({"target": f"{TARGET},0812999999", "message": "Halo"})
    assert body["quota"][door.house.device.number]["remaining"] == 0
    assert refusal(await door.send({"target": TARGET, "message": "Halo"})) == "insufficient quota"


async def test_of_many_at_once_exactly_as_many_are_accepted_as_are_left(door: Door) -> None:
    await give(door, "regular", 5)
    asked = {"target": TARGET, "message": "Halo"}
    answers = await asyncio.gather(*(door.send(asked) for _ in range(20)))
    assert sum(answer["status"] for answer in answers) == 5
    assert await door.count() == 5


async def test_a_package_without_attachments_refuses_a_file(door: Door) -> None:
    await give(door, "master", None)
    answer = await door.send(
        {"target": TARGET, "message": "Menu"}, files={"file": ("menu.png", PICTURE)}
    )
    assert refusal(answer) == "attachments are not part of the package"


@pytest.mark.parametrize(
    ("package", "sent"), [("free", "Halo\n\n> sent with helpdesk"), ("lite", "Halo")]
)
async def test_a_watermark_stands_below_what_its_package_sends(
    door: Door, package: str, sent: str
) -> None:
    await give(door, package, 10)
    body = await door.send({"target": TARGET, "message": "Halo"})
    assert body["target"] == [SENT_TO]
    assert (await door.messages(body))[0]["text"] == sent


async def test_a_package_that_ran_out_falls_back_to_the_free_one(door: Door) -> None:
    await give(door, "ultra", None)
    async with door.account.work() as work:
        await execute(
            work.session,
            "update device set expires_at = now() - interval '1 second' where account_id = $1",
            door.account.id,
        )
    body = await door.send({"target": TARGET, "message": "Halo"})
    assert body["quota"][door.house.device.number]["quota"] == 1_000
    headers = {"Authorization": door.house.device.token}
    told = (await door.caller.post("/device", headers=headers)).json()
    assert (told["package"], told["quota"]) == ("Free", "999")


async def order(door: Door, **fields: object) -> dict[str, object]:
    headers = {"Authorization": door.house.device.token}
    return read(await door.caller.post("/order", headers=headers, data=fields))


@pytest.mark.parametrize(
    ("fields", "package", "months"),
    [
        ({"plan": 1, "duration": 1, "duration-value": 1}, "lite", 1),
        ({"plan": "2", "duration": "1", "duration-value": "3"}, "regular", 3),
        ({"plan": 7, "duration": 10, "duration-value": 2, "ai-quota": 500}, "ultra", 24),
        ({"plan": 6}, "advanced", 1),
    ],
    ids=["lite", "regular", "ultra", "alone"],
)
async def test_an_order_gives_the_device_a_package_for_its_time(
    door: Door, fields: dict[str, object], package: str, months: int
) -> None:
    assert await order(door, **fields) == {"detail": "order success", "status": True}
    [row] = await door.ask("select package, expires_at from device where account_id = $1")
    assert row["package"] == package
    days = (row["expires_at"] - clock.now()).days
    assert months * 28 - 1 <= days <= months * 31
