"""The door of a house, new for a test or shared by a module."""

import pytest

from tests.api.fonnte.door import Door, open_door
from tests.api.house import House


@pytest.fixture
def door(house: House) -> Door:
    """The door of a house of the test's own."""
    return open_door(house)


@pytest.fixture
def hall_door(hall: House) -> Door:
    """The door of the house that the module's tests share."""
    return open_door(hall)
