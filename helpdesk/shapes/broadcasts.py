"""Broadcasts: one text to many numbers, and how far it has come."""

from typing import Literal
from uuid import UUID

from helpdesk.shapes.messages import ActorOut, MediaOut
from helpdesk.shapes.words import Moment, Shape

BroadcastState = Literal["running", "paused", "done", "cancelled"]
LineReason = Literal["bad_number", "too_long", "no_value"]


class Progress(Shape, frozen=True):
    """How many of a broadcast's messages there are of each fate; together they are all.

    `failed` are those that were not taken back: these are `cancelled`.
    """

    queued: int
    sent: int
    delivered: int
    read: int
    failed: int
    unknown: int
    cancelled: int


class BroadcastBrief(Shape, frozen=True):
    """What changes of a broadcast while it is under way, as events tell it.

    It is `done` when nothing of it waits to be sent. The last is due at `ends_at`, unless it is
    paused: resuming moves that, and so does putting messages to another time.
    """

    id: UUID
    device_id: UUID
    state: BroadcastState
    progress: Progress
    ends_at: Moment


class BroadcastOut(BroadcastBrief, frozen=True):
    """A broadcast. Its text is as it was written, before variables and the package's watermark.

    Before each number but the first `delay_min` to `delay_max` seconds pass. `targets` got a
    message; left out were `duplicates`, `blocked` contacts and `bad_lines`. Sent to contacts with
    labels it names `label_ids`.
    """

    text: str
    media: MediaOut | None
    label_ids: list[UUID]
    delay_min: int
    delay_max: int
    starts_at: Moment
    targets: int
    duplicates: int
    blocked: int
    bad_lines: int
    by: ActorOut
    created_at: Moment


class BadLine(Shape, frozen=True):
    """A line that names nobody to send to; `line` counts from 1, `text` is cut at 200 characters.

    `no_value` is a variable of the text that the line has no value for.
    """

    line: int
    text: str
    reason: LineReason


class BroadcastPreview(Shape, frozen=True):
    """What one number is to get."""

    number: str
    text: str


class BroadcastCheck(Shape, frozen=True):
    """What would come of a broadcast: nothing is sent yet.

    `bad` are the first hundred of the `bad_lines`. `seconds` pass from the first number to the last
    on average. `messages_left` are those of the device's month, None without limit.
    """

    targets: int
    duplicates: int
    blocked: int
    bad_lines: int
    bad: list[BadLine]
    previews: list[BroadcastPreview]
    seconds: int
    messages_left: int | None
