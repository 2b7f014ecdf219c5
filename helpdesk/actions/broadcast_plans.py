"""What a broadcast is to be: looked through before anything is sent."""

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.outgoing import Content, check_content
from helpdesk.actions.target_lines import Target, Targets, read_lines
from helpdesk.actions.variables import fill_variables, find_variables, lacks_value
from helpdesk.database import Session
from helpdesk.errors import InputError, NotFound
from helpdesk.queries.devices import get_device
from helpdesk.queries.labels import list_labels
from helpdesk.queries.media import get_file
from helpdesk.queries.packages import list_allowances
from helpdesk.queries.recipients import find_blocked, list_labelled
from helpdesk.shapes.broadcasts import BroadcastCheck, BroadcastPreview
from helpdesk.shapes.messages import MediaOut

MOST_TARGETS = 10_000
MOST_BAD_SHOWN = 100
PREVIEWS = 3
FARTHEST = timedelta(days=366)


class NewBroadcast(Struct, frozen=True, kw_only=True):
    """A broadcast to be made: to pasted lines, or to contacts with one of the labels.

    Delays are seconds from one number to the next; `starts_at` None or past is now.
    """

    device_id: UUID
    text: str = ""
    media_id: UUID | None = None
    lines: str = ""
    label_ids: list[UUID] = []
    starts_at: datetime | None = None
    delay_min: int = 0
    delay_max: int = 0
    is_leaving_out_bad: bool = False


class Prepared(Struct, frozen=True):
    """A broadcast that was looked through: whom it goes to, and who is left out."""

    content: Content
    targets: list[Target]
    read: Targets
    blocked: int


async def check_broadcast(
    session: Session, account_id: UUID, new: NewBroadcast, *, now: datetime
) -> BroadcastCheck:
    """Return what would come of a broadcast. Raises as `prepare`."""
    prepared = await prepare(session, account_id, new, now)
    targets, read = prepared.targets, prepared.read
    allowances = await list_allowances(session, account_id, [new.device_id], now=now)
    waits = max(0, len(targets) - 1)
    return BroadcastCheck(
        targets=len(targets),
        duplicates=read.duplicates,
        blocked=prepared.blocked,
        bad_lines=len(read.bad),
        bad=read.bad[:MOST_BAD_SHOWN],
        previews=[
            BroadcastPreview(number=each.address, text=fill_variables(new.text, each.values))
            for each in islice(targets, PREVIEWS)
        ],
        seconds=waits * (new.delay_min + new.delay_max) // 2,
        messages_left=allowances[new.device_id].left,
    )


async def prepare(session: Session, account_id: UUID, new: NewBroadcast, now: datetime) -> Prepared:
    """Look a broadcast through; bad lines are told, and that nobody is left is none of its matter.

    Raises NotFound for an unknown device, InputError for what cannot be sent.
    """
    await get_device(session, account_id, new.device_id)
    _check_times(new, now)
    content = Content(text=new.text, media=await _find_media(session, account_id, new.media_id))
    check_content(content)
    if bool(new.lines.strip()) == bool(new.label_ids):
        raise InputError(
            "Give numbers or labels.", errors={"lines": "Give this or label_ids, not both."}
        )
    if new.label_ids:
        return await _labelled(session, account_id, new, content)
    read = read_lines(new.lines, new.text)
    _check_count(len(read.targets), "lines")
    addresses = [each.address for each in read.targets]
    blocked = await find_blocked(session, account_id, addresses)
    targets = [each for each in read.targets if each.address not in blocked]
    return Prepared(content, targets, read, len(blocked))


async def _labelled(
    session: Session, account_id: UUID, new: NewBroadcast, content: Content
) -> Prepared:
    """Return the contacts with one of the labels; one that has no name is called by its number."""
    living = {label.id for label in await list_labels(session, account_id)}
    if not living.issuperset(new.label_ids):
        raise InputError(
            "One of the labels is not there.", errors={"label_ids": "Give labels that are there."}
        )
    if lacks_value(find_variables(new.text), ("name",)):
        raise InputError(
            "Contacts have no such variable.",
            errors={"text": "Of the variables contacts have {name} alone."},
        )
    found = await list_labelled(session, account_id, new.label_ids, limit=MOST_TARGETS + 1)
    _check_count(len(found), "label_ids")
    targets = [
        Target(each.address, (each.name or each.address,)) for each in found if not each.is_blocked
    ]
    return Prepared(content, targets, Targets(targets, 0, []), len(found) - len(targets))


async def _find_media(session: Session, account_id: UUID, id_: UUID | None) -> MediaOut | None:
    if id_ is None:
        return None
    try:
        media = (await get_file(session, account_id, id_)).out
    except NotFound:
        media = None
    if media is None or media.state != "stored":
        raise InputError(
            "This file is not here.",
            errors={"media_id": "Give the id of a file that was uploaded."},
        )
    return media


def _check_times(new: NewBroadcast, now: datetime) -> None:
    if new.delay_min > new.delay_max:
        raise InputError(
            "The shortest delay is longer than the longest.",
            errors={"delay_max": "Give at least delay_min."},
        )
    if new.starts_at and new.starts_at > now + FARTHEST:
        raise InputError(
            "A broadcast begins within a year.", errors={"starts_at": "Give an earlier time."}
        )


def _check_count(count: int, field: str) -> None:
    if count > MOST_TARGETS:
        raise InputError(
            f"A broadcast goes to at most {MOST_TARGETS:,} numbers.",
            errors={field: f"Give at most {MOST_TARGETS:,} numbers."},
        )


def require_targets(new: NewBroadcast, prepared: Prepared) -> None:
    """Raise InputError for bad lines that are not to be left out, and when nobody is left."""
    field = "label_ids" if new.label_ids else "lines"
    if prepared.read.bad and not new.is_leaving_out_bad:
        first = prepared.read.bad[0]
        raise InputError(
            f"{len(prepared.read.bad)} lines cannot be used. Mend them, or leave them out.",
            errors={field: f"Line {first.line} cannot be used: {first.text}"},
        )
    if not prepared.targets:
        raise InputError(
            "There is nobody to send to.", errors={field: "Nobody to send to is left."}
        )
