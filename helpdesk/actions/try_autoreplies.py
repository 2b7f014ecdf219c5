"""Trying the autoreplies: which one would answer a message, and why not another."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.autoreply_triggers import Said, find_answer, find_hindrance
from helpdesk.database import Session
from helpdesk.queries.accounts import get_account
from helpdesk.queries.autoreplies import find_silencer, list_autoreplies
from helpdesk.queries.devices import get_device
from helpdesk.shapes.autoreplies import (
    AutoreplyOut,
    AutoreplyTriedOut,
    AutoreplyVerdict,
    TriedAutoreply,
)


class AutoreplyTrial(Struct, frozen=True, kw_only=True):
    """A message that a person might write, and when."""

    device_id: UUID
    text: str
    at: datetime


async def try_autoreplies(
    session: Session, account_id: UUID, trial: AutoreplyTrial
) -> AutoreplyTriedOut:
    """Return what would answer the message of a person whom no agent serves; nothing is sent.

    Raises NotFound for an unknown device.
    """
    await get_device(session, account_id, trial.device_id)
    account = await get_account(session, account_id)
    autoreplies = await list_autoreplies(session, account_id, device_id=trial.device_id)
    said = Said(text=trial.text, at=trial.at, time_zone=account.time_zone)
    answer = find_answer([each for each in autoreplies if each.enabled], said)
    return AutoreplyTriedOut(
        autoreply_id=answer.id if answer else None,
        silenced_by=await find_silencer(session, account_id, trial.device_id),
        autoreplies=list(_tried(autoreplies, answer, said)),
    )


def _tried(
    autoreplies: list[AutoreplyOut], answer: AutoreplyOut | None, said: Said
) -> Iterator[TriedAutoreply]:
    for each in autoreplies:
        hindrance = find_hindrance(each, said)
        if not each.enabled:
            yield _line(each, "disabled", "The autoreply is switched off.")
        elif hindrance:
            yield _line(each, cast("AutoreplyVerdict", hindrance.verdict), hindrance.detail)
        elif answer and each.id == answer.id:
            yield _line(each, "answers", "It answers.")
        else:
            yield _line(each, "not_needed", "Another one answers.")


def _line(autoreply: AutoreplyOut, verdict: AutoreplyVerdict, detail: str) -> TriedAutoreply:
    return TriedAutoreply(
        autoreply_id=autoreply.id, name=autoreply.name, verdict=verdict, detail=detail
    )
