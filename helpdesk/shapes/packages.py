"""Packages: what a device may send in a month."""

from typing import Literal

from helpdesk.shapes.words import Shape

PackageCode = Literal[
    "free", "lite", "regular", "regular-pro", "master", "super", "advanced", "ultra"
]


class PackageOut(Shape, frozen=True):
    """A package; `messages_per_month` null is without limit, `watermark` stands below texts."""

    code: PackageCode
    name: str
    messages_per_month: int | None
    has_attachments: bool
    watermark: str
