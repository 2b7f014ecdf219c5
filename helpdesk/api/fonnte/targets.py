"""The targets of a send: a comma list of numbers and groups, each with variables of its own."""

import re

from msgspec import Struct

from helpdesk.actions.variables import fill_variables
from helpdesk.api.fonnte.answers import EMPTY, INPUT, refused
from helpdesk.gateways.fonnte_fields import address_of, digits_of

HOME = "62"
ROTATOR = re.compile(r"rotator#([1-9][0-9]{0,8})")
UNKNOWN = "target invalid"
COUNTRY = re.compile(r"[0-9]{1,4}")
MOST_TARGETS = 10_000
MOST_NAME_CHARS = 256
MOST_VALUE_CHARS = 2_000


class Target(Struct, frozen=True):
    """One address, or the N of a `rotator#N` that picks it when the message is stored.

    `values` are what `{name}`, `{var1}`, `{var2}` … stand for.
    """

    address: str
    values: tuple[str, ...] = ()
    rotator: int | None = None

    @property
    def name(self) -> str:
        """What the first variable calls the contact."""
        return self.values[0][:MOST_NAME_CHARS] if self.values else ""

    def most_chars(self, text: str) -> int:
        """Return how long a text may get when it is filled."""
        return len(text) + text.count("{") * max(map(len, self.values), default=0)

    def fill(self, text: str) -> str:
        """Put the variables into a text; one that was not given stays as it is."""
        return fill_variables(text, self.values)


def read_targets(listed: str, country: str) -> list[Target]:
    """Return the targets in their order, repeated ones too. Raises InputError."""
    code = _country(country)
    items = [item for item in listed.split(",") if item.strip()]
    if not items:
        raise refused(EMPTY)
    if len(items) > MOST_TARGETS:
        raise refused(INPUT)
    return [_target(item, code) for item in items]


def read_numbers(listed: str, country: str, *, has_groups: bool = False) -> list[str]:
    """Return addresses in their order, each once; groups are refused unless wanted.

    Raises InputError.
    """
    addresses = [target.address for target in read_targets(listed, country)]
    if not all(each and (has_groups or each.isdigit()) for each in addresses):
        raise refused("target input invalid")
    return list(dict.fromkeys(addresses))


def _target(item: str, code: str) -> Target:
    spelling, *values = (part.strip() for part in item.split("|"))
    if any(len(value) > MOST_VALUE_CHARS for value in values):
        raise refused(INPUT)
    if found := ROTATOR.fullmatch(spelling):
        return Target("", tuple(values), int(found[1]))
    return Target(_address(spelling, code), tuple(values))


def _address(spelling: str, code: str) -> str:
    """Return digits with the country code, or the id of a group or a lid as it is.

    A leading 0 stands for the country, unless its code is `0`.
    """
    if spelling.startswith("rotator#"):
        raise refused(UNKNOWN)
    _, at, server = spelling.partition("@")
    if server == "s.whatsapp.net":
        raise refused(EMPTY)
    if at:
        address = address_of(spelling) if server in {"g.us", "lid"} else None
        if address is None:
            raise refused("target input invalid")
        return address
    digits = digits_of(spelling)
    if digits.startswith("0") and code != "0":
        digits = code + digits[1:]
    if not 8 <= len(digits) <= 15:
        raise refused("target input invalid")
    return digits


def _country(text: str) -> str:
    code = text.strip().removeprefix("+") or HOME
    if not COUNTRY.fullmatch(code):
        raise refused(INPUT)
    return code
