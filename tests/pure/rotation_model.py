"""The rotation as ROUTING.md section 3 words it, with a set where the product keeps numbers."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)


class Violation(AssertionError):
    """The rotation did what its specification forbids."""


@dataclass
class FullRotation(Generic[Who]):
    """C, the set picked since the last reset, and the last one picked."""

    picked: set[Who] = field(default_factory=set)
    last: Who | None = None

    def allowed(self, eligible: frozenset[Who]) -> frozenset[Who]:
        """Return who may have the turn."""
        if not eligible <= self.picked:
            return eligible - self.picked
        return eligible - {self.last} if len(eligible) >= 2 else eligible

    def note(self, eligible: frozenset[Who], pick: Who) -> None:
        """Take notice of a pick; raises Violation when it was not allowed."""
        if pick not in self.allowed(eligible):
            raise Violation(
                f"picked {pick} of {sorted(map(str, eligible))}; allowed were "
                f"{sorted(map(str, self.allowed(eligible)))}, {self.last} was last"
            )
        if eligible <= self.picked:
            self.picked = set()
        self.picked.add(pick)
        self.last = pick
