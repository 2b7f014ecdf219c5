"""Rotators: added, changed, removed; and the numbers that they pick for sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.rotate import pick
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict, InputError, NotFound
from helpdesk.events import RotatorChanged
from helpdesk.phone import normalise
from helpdesk.queries.rotators import (
    Wheel,
    brief,
    find_rotator,
    insert_rotator,
    lock_rotator,
    lock_rotator_numbers,
    lock_wheels,
    set_rotator,
    store_wheels,
)
from helpdesk.shapes.rotators import RotatorNumber, RotatorOut
from helpdesk.shapes.words import Rotation
from helpdesk.tables.columns import new_id

MOST_ROTATORS = 200


class NewRotator(Struct, frozen=True):
    """A rotator to be made; its numbers are in any spelling."""

    name: str
    rotation: Rotation
    numbers: list[RotatorNumber]


async def add_rotator(work: UnitOfWork, new: NewRotator, *, now: datetime) -> RotatorOut:
    """Add a rotator, whose target no other one ever gets.

    Raises Conflict when another one has its name, or the account has too many; InputError when its
    list has what is no number, or one twice.
    """
    columns = _checked({"name": new.name, "rotation": new.rotation, "numbers": new.numbers})
    number, living = await lock_rotator_numbers(work.session, work.account_id)
    if living >= MOST_ROTATORS:
        raise Conflict(
            f"The account has {MOST_ROTATORS} rotators. Delete one first.",
            reason="too_many_rotators",
        )
    id_ = new_id()
    await insert_rotator(
        work.session,
        {
            "account_id": work.account_id,
            "id": id_,
            "number": number,
            **columns,
            "turn_number": 0,
            "cycle": 1,
            "cycle_start": 1,
            "created_at": now,
        },
    )
    return await _tell(work, id_, now)


async def change_rotator(
    work: UnitOfWork, id_: UUID, changes: Mapping[str, Any], *, now: datetime
) -> RotatorOut:
    """Change columns of a rotator; `numbers` are the whole list. Its cycle goes on as it was: a
    number that left and comes back has the place that it had. Raises as `add_rotator`."""
    rotator = await lock_rotator(work.session, work.account_id, id_)
    if not changes:
        return rotator
    await set_rotator(work.session, work.account_id, id_, _checked(changes))
    return await _tell(work, id_, now)


async def remove_rotator(work: UnitOfWork, id_: UUID, *, now: datetime) -> None:
    """Remove a rotator; its target leads nowhere from now on."""
    await lock_rotator(work.session, work.account_id, id_)
    await set_rotator(work.session, work.account_id, id_, {"deleted_at": now})
    await _tell(work, id_, now)


async def pick_numbers(work: UnitOfWork, rotators: Sequence[int]) -> list[str]:
    """Take one turn of a rotator for each number N of a `rotator#N`, and return what was picked.

    Raises NotFound for one that is not there.
    """
    wheels = await lock_wheels(work.session, work.account_id, rotators) if rotators else {}
    if missing := [each for each in rotators if each not in wheels]:
        raise NotFound("There is no such rotator.", target=f"rotator#{missing[0]}")
    picked = [take_number(wheels[each]) for each in rotators]
    if wheels:
        await store_wheels(work.session, list(wheels.values()))
    return picked


def take_number(wheel: Wheel) -> str:
    """Take one turn of a locked rotator and return the number; `store_wheels` stores it."""
    place = pick(wheel, wheel.places)
    place.picks += 1
    return place.address


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns as they are stored."""
    checked = dict(changes)
    if "name" in changes:
        checked["name"] = changes["name"].strip()
        if not checked["name"]:
            raise InputError(
                "A rotator has a name.", errors={"name": "Give a name that is more than spaces."}
            )
    if "numbers" in changes:
        checked["numbers"] = _check_numbers(changes["numbers"])
    return checked


def _check_numbers(numbers: Sequence[RotatorNumber]) -> list[RotatorNumber]:
    """Return the numbers as digits. Raises InputError for what is none, or is there twice."""
    checked: dict[str, RotatorNumber] = {}
    errors = {}
    for place, each in enumerate(numbers):
        number = normalise(each.number)
        if number is None:
            errors[f"numbers[{place}].number"] = "Give 8 to 15 digits, such as 0811 2233 4455."
        elif number in checked:
            errors[f"numbers[{place}].number"] = "It is on the list already. Give it more weight."
        else:
            checked[number] = RotatorNumber(number=number, weight=each.weight)
    if errors:
        raise InputError("A number of the list cannot be used.", errors=errors)
    return list(checked.values())


async def _tell(work: UnitOfWork, id_: UUID, now: datetime) -> RotatorOut:
    rotator = await find_rotator(work.session, work.account_id, id_)
    if rotator is None:
        raise RuntimeError("the rotator vanished within its own unit of work")
    work.collect(RotatorChanged(at=now, rotator=brief(rotator)), Audience.SUPERVISORS)
    return rotator
