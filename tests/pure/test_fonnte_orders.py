"""A `/send` that asks for too much is refused before much is done for it."""

import json
from datetime import UTC, datetime
from random import Random

import pytest

from helpdesk.api.fonnte import orders
from helpdesk.api.fonnte.orders import plan, read_orders
from helpdesk.api.fonnte.targets import Target, read_targets
from helpdesk.errors import InputError

NUMBER = "6281234567890"
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_what_objects_take_over_is_counted_while_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def count(listed: str, country: str) -> list[Target]:
        read.append(listed)
        return read_targets(listed, country)

    monkeypatch.setattr(orders, "read_targets", count)
    data = json.dumps([{"message": "x"}] * 4_000)
    with pytest.raises(InputError):
        read_orders({"target": ",".join([NUMBER] * 4_000), "data": data}, has_file=False)
    assert len(read) == 3


def test_a_text_is_not_filled_where_it_would_get_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"target": f"{NUMBER}|{'x' * 2_000}", "message": "{name}" * 10_000}
    order = read_orders(fields, has_file=False)
    filled: list[str] = []
    monkeypatch.setattr(Target, "fill", lambda _target, text: filled.append(text) or text)
    with pytest.raises(InputError):
        plan(order, now=NOW, random=Random(1))
    assert filled == []
