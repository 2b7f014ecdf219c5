"""Office hours: whether a division is open at a moment. Pure, by the clock on its wall.

A day on which the clocks are changed needs no care: what counts is the time that they show.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct

from helpdesk.errors import InputError
from helpdesk.shapes.setup import Window

DAY = timedelta(days=1)


class OfficeHours(Struct, frozen=True, kw_only=True):
    """When a division is open; without windows always, but for its holidays."""

    time_zone: str
    windows: list[Window]
    holidays: list[date]


def check_time_zone(name: str) -> None:
    """Raise InputError for what is no time zone."""
    if name not in available_timezones():
        raise InputError(
            "This time zone is not known.",
            errors={"time_zone": "Give a name of the IANA list, such as Asia/Jakarta."},
        )


def local_time(now: datetime, time_zone: str) -> datetime:
    """Return the moment as the clocks there show it; UTC where this system has no such zone."""
    try:
        return now.astimezone(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return now


def is_open(hours: OfficeHours, now: datetime) -> bool:
    """Whether it is open at the moment.

    On a holiday it is closed from midnight to midnight, and what would begin on it does not.
    """
    local = local_time(now, hours.time_zone)
    if local.date() in hours.holidays:
        return False
    return not hours.windows or any(
        is_within(window, local, hours.holidays) for window in hours.windows
    )


def is_within(window: Window, local: datetime, holidays: Collection[date] = ()) -> bool:
    """Whether a local time is in a window, of this day or, past midnight, of the day before."""
    today, time = local.date(), f"{local:%H:%M}"
    return _begins_today(window, today, time) or _runs_on(window, today - DAY, time, holidays)


def _begins_today(window: Window, today: date, time: str) -> bool:
    """Whether it is past the beginning, and not past the end where that is today, too."""
    is_due = today.weekday() in window.days and window.from_ <= time
    return is_due and (_is_overnight(window) or time < window.to)


def _runs_on(window: Window, yesterday: date, time: str, holidays: Collection[date]) -> bool:
    """Whether what began yesterday is not over."""
    has_begun = yesterday.weekday() in window.days and yesterday not in holidays
    return has_begun and _is_overnight(window) and time < window.to


def _is_overnight(window: Window) -> bool:
    return window.to <= window.from_
