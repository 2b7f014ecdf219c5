"""Fixtures of the live tests."""

import pytest

from tests.factories import AccountUnderTest
from tests.live.desk import Desk, make_desk


@pytest.fixture
async def desk(account: AccountUnderTest) -> Desk:
    """A device and a division, without agents."""
    return await make_desk(account)
