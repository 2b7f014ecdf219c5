"""What a send asks for: its fields read into orders, and when each of their messages is due."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import Struct

from helpdesk.api.fonnte.answers import EMPTY, INPUT, refused
from helpdesk.api.fonnte.body import Fields
from helpdesk.api.fonnte.fields import flag, text, whole
from helpdesk.api.fonnte.targets import MOST_TARGETS, Target, read_targets
from helpdesk.gateways.fonnte_body import Unreadable, read_json
from helpdesk.gateways.fonnte_fields import location_of
from helpdesk.shapes.messages import Location, Poll

RANDOM = Random()  # noqa: S311 - nobody is harmed who guesses a delay
MOST_CHARS = 10_000_000
"""Of all messages of a request together, and of all that the objects of `data` take over."""

DELAY = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)
MOST_TYPING_SECONDS = 3600
MOST_SECONDS = 366 * 24 * 3600


class Order(Struct, frozen=True, kw_only=True):
    """One content for some targets. `delay` is the wait before each target but the first."""

    targets: list[Target]
    message: str
    url: str
    filename: str
    location: Location | None
    poll: Poll | None
    quoted: int
    due_at: datetime | None
    followup: timedelta
    delay: tuple[int, int]
    is_connect_only: bool
    is_sequence: bool
    typing_seconds: int
    has_preview: bool


class Planned(Struct, frozen=True):
    """One message to come: of an order, to a target, its text filled in, at a time."""

    order: Order
    target: Target
    text: str
    due_at: datetime


def read_orders(fields: Fields, *, has_file: bool) -> list[Order]:
    """Return what is asked for: one order, or one for each object of `data`.

    An object of `data` takes over what stands beside `data` and says nothing else about itself.
    Raises InputError as soon as that is too much: a little request could ask for a lot.
    """
    batch = text(fields, "data")
    if not batch.strip():
        return [_read_order(fields, has_file=has_file)]
    outer = {name: value for name, value in fields.items() if name != "data"}
    orders: list[Order] = []
    targets = chars = 0
    for item in _items(batch):
        asked = outer | item
        chars += sum(len(value) for value in asked.values() if isinstance(value, str))
        if chars > MOST_CHARS:
            raise refused(INPUT)
        orders.append(_read_order(asked, has_file=False))
        targets += len(orders[-1].targets)
        if targets > MOST_TARGETS:
            raise refused(INPUT)
    if not orders or has_file:
        raise refused(INPUT)
    return orders


def _items(batch: str) -> list[Fields]:
    try:
        items = read_json(batch)
    except Unreadable as error:
        raise refused("JSON format invalid") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise refused("JSON format invalid")
    if len(items) > MOST_TARGETS:
        raise refused(INPUT)
    return items


def _read_order(fields: Fields, *, has_file: bool) -> Order:
    is_typing, seconds_typing = flag(fields, "typing", default=False), read_typing(fields)
    is_sequence = flag(fields, "sequence", default=False)
    seconds = 0 if is_sequence else whole(fields, "followup")
    order = Order(
        targets=read_targets(text(fields, "target"), text(fields, "countryCode")),
        message=text(fields, "message"),
        url=text(fields, "url").strip(),
        filename=text(fields, "filename").strip(),
        location=_location(text(fields, "location")),
        poll=_poll(fields),
        quoted=whole(fields, "inboxid"),
        due_at=None if is_sequence else read_moment(whole(fields, "schedule")),
        followup=timedelta(seconds=_within(seconds)),
        delay=(0, 0) if is_sequence else read_delay(text(fields, "delay")),
        is_connect_only=flag(fields, "connectOnly", default=True),
        is_sequence=is_sequence,
        typing_seconds=seconds_typing if is_typing else 0,
        has_preview=flag(fields, "preview", default=True),
    )
    if not (order.message.strip() or order.url or has_file or order.location or order.poll):
        raise refused(EMPTY)
    return order


def plan(orders: Sequence[Order], *, now: datetime, random: Random) -> list[Planned]:
    """Return every message in its order, with the time it is due; waits add up.

    Raises InputError when they are too much text together.
    """
    planned: list[Planned] = []
    waited, chars = timedelta(), 0
    for order in orders:
        start = max(now, order.due_at or now) + order.followup
        for target in order.targets:
            if planned:
                waited += timedelta(seconds=random.randint(*order.delay))
            if target.most_chars(order.message) > MOST_CHARS:
                raise refused(INPUT)
            filled = target.fill(order.message)
            chars += len(filled)
            if chars > MOST_CHARS:
                raise refused(INPUT)
            planned.append(Planned(order, target, filled, start + waited))
    return planned


def read_moment(seconds: int) -> datetime | None:
    """Return the moment of unix seconds, None for 0. Raises InputError."""
    if not 0 <= seconds < LAST_MOMENT.timestamp():
        raise refused(INPUT)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def read_typing(fields: Fields) -> int:
    """Return for how many seconds to type. Raises InputError."""
    seconds = whole(fields, "duration", default=1)
    if not 0 <= seconds <= MOST_TYPING_SECONDS:
        raise refused(INPUT)
    return seconds


def _within(seconds: int) -> int:
    if not 0 <= seconds <= MOST_SECONDS:
        raise refused(INPUT)
    return seconds


def read_delay(written: str) -> tuple[int, int]:
    """Return the shortest and the longest wait, in seconds, of `5` or `1-10`."""
    if not written.strip():
        return 0, 0
    found = DELAY.fullmatch(written.strip())
    if found is None:
        raise refused(INPUT)
    shortest = int(found[1])
    longest = int(found[2] or shortest)
    if shortest > longest:
        raise refused(INPUT)
    return shortest, longest


def _location(written: str) -> Location | None:
    if not written.strip():
        return None
    location = location_of(written)
    if location is None:
        raise refused(INPUT)
    return location


def _poll(fields: Fields) -> Poll | None:
    """Return a poll; its question is its name, or else the message."""
    choices = [choice.strip() for choice in text(fields, "choices").split(",")]
    select = text(fields, "select").strip().lower() or "single"
    if choices == [""]:
        return None
    name = text(fields, "pollname").strip() or text(fields, "message").strip()
    if select not in {"single", "multiple"} or not name:
        raise refused(INPUT)
    return Poll(name=name, choices=choices, is_multiple=select == "multiple")
