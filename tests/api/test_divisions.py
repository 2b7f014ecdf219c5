"""Divisions over REST: hours, texts and patience are kept as given, or refused by their field."""

from typing import Any

import pytest

from tests.api.house import House

DIVISIONS = "/api/v1/divisions"
SETTINGS: dict[str, Any] = {
    "time_zone": "Europe/Berlin",
    "hours": [{"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "17:30"}],
    "holidays": ["2026-12-25", "2026-12-26"],
    "greeting": "{time.greeting} {contact.name}",
    "busy_text": "All of {division.name} are busy.",
    "outside_text": "{device.name} opens at 8.",
    "no_answer_minutes": 10,
    "offline_minutes": None,
    "shows_agent_name": True,
}
USUAL: dict[str, Any] = {
    "time_zone": None,
    "hours": [],
    "holidays": [],
    "greeting": "",
    "busy_text": "",
    "outside_text": "",
    "no_answer_minutes": None,
    "offline_minutes": 5,
    "shows_agent_name": False,
}


def settings_of(division: dict[str, Any]) -> dict[str, Any]:
    return {name: division[name] for name in USUAL}


async def test_a_new_division_is_always_open_says_nothing_and_takes_from_who_is_offline(
    house: House,
) -> None:
    caller = await house.caller("supervisor")
    made = await caller.post(DIVISIONS, json={"name": "Care"})
    assert settings_of(made.json()) == USUAL


@pytest.mark.parametrize("method", ["post", "patch"])
async def test_hours_texts_and_patience_are_kept_as_they_were_given(
    house: House, method: str
) -> None:
    caller = await house.caller("supervisor")
    path = DIVISIONS if method == "post" else f"{DIVISIONS}/{house.division}"
    answer = await caller.request(method, path, json={"name": "Care"} | SETTINGS)
    division = answer.raise_for_status().json()
    assert settings_of(division) == SETTINGS
    read = await caller.get(f"{DIVISIONS}/{division['id']}")
    assert read.json() == division


async def test_holidays_are_kept_in_order_and_once(house: House) -> None:
    caller = await house.caller("supervisor")
    days = ["2026-12-26", "2026-12-25", "2026-12-26"]
    answer = await caller.patch(f"{DIVISIONS}/{house.division}", json={"holidays": days})
    assert answer.json()["holidays"] == ["2026-12-25", "2026-12-26"]


KNOWN = "{contact.name}, {division.name}, {device.name}, {time.greeting}"
WINDOW = {"days": [0], "from": "08:00", "to": "17:00"}
REFUSED: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "Give a name of the IANA list, such as Asia/Jakarta."},
    ),
    (
        {"greeting": "Hi {contact.nam}"},
        {"greeting": f"There is no variable {{contact.nam}}. Give one of {KNOWN}."},
    ),
    (
        {"busy_text": "{agent.name}"},
        {"busy_text": f"There is no variable {{agent.name}}. Give one of {KNOWN}."},
    ),
    (
        {"outside_text": "Order {?number}"},
        {"outside_text": "Nobody fills in {?number}: this text is sent by itself."},
    ),
    (
        {"hours": [WINDOW | {"days": []}]},
        {"hours[0].days": "Give a list of 1 to 7 items, each a whole number from 0 to 6."},
    ),
    (
        {"hours": [WINDOW | {"days": [7]}]},
        {"hours[0].days[0]": "Give a whole number from 0 to 6."},
    ),
    ({"hours": [WINDOW | {"from": "8:00"}]}, {"hours[0].from": "Give a text (such as 08:30)."}),
    ({"hours": [WINDOW | {"to": "24:00"}]}, {"hours[0].to": "Give a text (such as 08:30)."}),
    ({"holidays": ["25.12."]}, {"holidays[0]": "Give a day such as 2026-01-31."}),
    (
        {"no_answer_minutes": 0},
        {"no_answer_minutes": "Give a whole number from 1 to 10,080 or null."},
    ),
]


@pytest.mark.parametrize(("change", "errors"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
async def test_what_makes_no_sense_is_refused_by_its_field(
    hall: House, change: dict[str, Any], errors: dict[str, str]
) -> None:
    caller = await hall.caller("account")
    answer = await caller.patch(f"{DIVISIONS}/{hall.division}", json=change)
    assert answer.status_code == 422
    assert answer.json()["errors"] == errors
