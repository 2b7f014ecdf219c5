"""Office hours, against a model that lays every window down on the calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.hours import OfficeHours, is_open, local_time
from helpdesk.shapes.setup import Window

ZONES = ["Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
WORKDAYS = [0, 1, 2, 3, 4]
EVERY_DAY = list(range(7))
MINUTE = timedelta(minutes=1)

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
windows = st.builds(
    Window, days=st.lists(st.integers(0, 6), min_size=1, max_size=7), from_=clocks, to=clocks
)
days = st.dates(date(2026, 3, 26), date(2026, 4, 6))
"""Around the days on which clocks are changed, in either half of the world."""
moments = st.builds(datetime.combine, days, st.times(), st.just(UTC))


def hours(*found: Window, zone: str = "UTC", holidays: list[date] | None = None) -> OfficeHours:
    return OfficeHours(time_zone=zone, windows=list(found), holidays=holidays or [])


def is_open_by_the_calendar(given: OfficeHours, now: datetime) -> bool:
    """Whether some window, laid down on the days around, covers what the clock shows."""
    local = now.astimezone(ZoneInfo(given.time_zone)).replace(tzinfo=None)
    if local.date() in given.holidays:
        return False
    if not given.windows:
        return True
    for day in (local.date() - timedelta(days=1), local.date()):
        for window in given.windows:
            begin = datetime.combine(day, time.fromisoformat(window.from_))
            end = datetime.combine(day, time.fromisoformat(window.to))
            end += timedelta(days=1) if end <= begin else timedelta(0)
            is_due = day.weekday() in window.days and day not in given.holidays
            if is_due and begin <= local < end:
                return True
    return False


@given(st.lists(windows, max_size=4), st.lists(days, max_size=3), st.sampled_from(ZONES), moments)
def test_a_division_is_open_when_a_window_covers_what_the_clock_shows(
    found: list[Window], holidays: list[date], zone: str, now: datetime
) -> None:
    given = hours(*found, zone=zone, holidays=holidays)
    assert is_open(given, now) == is_open_by_the_calendar(given, now)


@given(st.lists(windows, max_size=4), st.sampled_from(ZONES), moments)
def test_where_the_clock_shows_the_same_the_answer_is_the_same(
    found: list[Window], zone: str, now: datetime
) -> None:
    shown = local_time(now, zone).replace(tzinfo=UTC)
    assert is_open(hours(*found, zone=zone), now) == is_open(hours(*found), shown)


@given(moments, st.sampled_from(ZONES))
def test_without_hours_it_is_always_open(now: datetime, zone: str) -> None:
    assert is_open(hours(zone=zone), now)


def open_minutes(given: OfficeHours, day: date) -> int:
    """For how many minutes it is open on a day, as the clocks there count it."""
    zone = ZoneInfo(given.time_zone)
    moment = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    count = 0
    while moment < end:
        count += is_open(given, moment)
        moment += MINUTE
    return count


@pytest.mark.parametrize(
    ("day", "minutes"),
    [(date(2026, 3, 28), 180), (date(2026, 3, 29), 120), (date(2026, 10, 25), 240)],
    ids=["usual", "an hour is left out", "an hour comes twice"],
)
def test_a_window_over_the_change_of_clocks_ends_when_the_clock_says_so(
    day: date, minutes: int
) -> None:
    night = Window(days=EVERY_DAY, from_="01:00", to="04:00")
    assert open_minutes(hours(night, zone="Europe/Berlin"), day) == minutes


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    friday_night = hours(Window(days=[4], from_="22:00", to="02:00"))
    seen = {text: is_open(friday_night, at(text)) for text in (
        "2026-03-06 21:59", "2026-03-06 22:00", "2026-03-07 01:59", "2026-03-07 02:00",
        "2026-03-06 01:00",
    )}  # fmt: skip
    assert list(seen.values()) == [False, True, True, False, False]


def test_a_window_from_midnight_to_midnight_is_the_whole_day() -> None:
    whole = hours(Window(days=[0], from_="00:00", to="00:00"))
    assert open_minutes(whole, date(2026, 3, 2)) == 24 * 60
    assert open_minutes(whole, date(2026, 3, 3)) == 0


def test_on_a_holiday_it_is_closed_all_day_and_no_window_begins() -> None:
    nights = Window(days=EVERY_DAY, from_="22:00", to="02:00")
    given = hours(nights, Window(days=WORKDAYS, from_="09:00", to="17:00"))
    holiday = hours(*given.windows, holidays=[date(2026, 3, 4)])
    assert open_minutes(holiday, date(2026, 3, 4)) == 0
    assert open_minutes(given, date(2026, 3, 5)) - open_minutes(holiday, date(2026, 3, 5)) == 120


def test_a_holiday_closes_what_is_always_open() -> None:
    always = hours(holidays=[date(2026, 3, 4)], zone="Asia/Jakarta")
    assert not is_open(always, at("2026-03-03 17:00"))
    assert is_open(always, at("2026-03-03 16:59"))


def test_a_zone_that_this_system_does_not_know_costs_no_message() -> None:
    assert local_time(at("2026-03-03 17:00"), "Mars/Olympus") == at("2026-03-03 17:00")
