"""A status only ever goes forward, whatever the order in which receipts come."""

from itertools import permutations, product

import pytest

from helpdesk.actions.receipts import RANK, newer_status

GOOD = ("sent", "delivered", "read")
ALL = (*RANK, "failed")


def after(*receipts: str, start: str = "sending") -> str:
    """The status after receipts in this order."""
    status = start
    for receipt in receipts:
        status = newer_status(status, receipt)
    return status


@pytest.mark.parametrize("order", list(permutations(GOOD)))
@pytest.mark.parametrize("start", ["queued", "sending", "unknown"])
def test_every_order_of_the_good_news_ends_at_read(order: tuple[str, ...], start: str) -> None:
    assert after(*order, start=start) == "read"


@pytest.mark.parametrize("order", list(permutations((*GOOD, "failed"))))
def test_a_failure_among_them_is_no_downgrade_of_what_arrived(order: tuple[str, ...]) -> None:
    assert after(*order) == "read"


@pytest.mark.parametrize("order", list(permutations(("sent", "failed"))))
def test_sent_and_failed_end_at_failed_in_both_orders(order: tuple[str, ...]) -> None:
    assert after(*order) == "failed"


@pytest.mark.parametrize(("old", "new"), list(product(ALL, ALL)))
def test_no_receipt_ever_takes_a_status_back(old: str, new: str) -> None:
    status = newer_status(old, new)
    assert status in {old, new}
    if status != old and "failed" not in {old, new}:
        assert RANK[status] > RANK[old]


@pytest.mark.parametrize("status", ALL)
def test_the_same_receipt_twice_changes_nothing(status: str) -> None:
    assert newer_status(status, status) == status
    assert after(status, status) == after(status)


@pytest.mark.parametrize("old", ["delivered", "read"])
def test_what_arrived_does_not_fail_any_more(old: str) -> None:
    assert newer_status(old, "failed") == old


@pytest.mark.parametrize("new", ["delivered", "read"])
def test_what_arrived_after_all_is_no_failure(new: str) -> None:
    assert newer_status("failed", new) == new
