"""Packages: what devices may send; each message is counted once, when it is accepted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import asdict, replace

from helpdesk.database import UnitOfWork
from helpdesk.errors import Conflict
from helpdesk.queries.packages import Allowance, Charge, charge_devices, insert_packages
from helpdesk.shapes.messages import MessageOut
from helpdesk.shapes.packages import PackageCode, PackageOut

WATERMARK = "> sent with helpdesk"


def _package(
    code: PackageCode, name: str, messages: int | None, *, files: bool = False, mark: str = ""
) -> PackageOut:
    return PackageOut(
        code=code, name=name, messages_per_month=messages, has_attachments=files, watermark=mark
    )


STANDARD = (
    _package("free", "Free", 1_000, mark=WATERMARK),
    _package("lite", "Lite", 1_000),
    _package("regular", "Regular", 10_000),
    _package("regular-pro", "Regular Pro", 25_000),
    _package("master", "Master", None),
    _package("super", "Super", 10_000, files=True),
    _package("advanced", "Advanced", 25_000, files=True),
    _package("ultra", "Ultra", None, files=True),
)
"""What a new account begins with, after Fonnte's packages (FONNTE.md, section 4)."""


async def add_standard_packages(work: UnitOfWork, account_id: UUID) -> None:
    """Give a new account the packages that it may change."""
    rows = [
        {"account_id": account_id, "position": position, **asdict(package)}
        for position, package in enumerate(STANDARD)
    ]
    await insert_packages(work.session, rows)


async def charge(
    work: UnitOfWork, owned: Sequence[tuple[UUID, MessageOut]], *, now: datetime
) -> list[MessageOut | None]:
    """Count messages, given with their account, and return each with its package's watermark.

    What the server says by itself is None where its device may not send it; for what somebody
    sends Conflict is raised then (`insufficient_quota`, `no_attachments`), and nothing is counted.
    """
    counts = Counter((account_id, message.device_id) for account_id, message in owned)
    charges = await charge_devices(work.session, counts, now=now)
    return [_marked(message, charges[message.device_id]) for _, message in owned]


def _marked(message: MessageOut, charged: Charge) -> MessageOut | None:
    allowance = charged.allowance
    refusal = _refusal(message, charged)
    if refusal and message.sender.kind != "system":
        raise refusal
    if refusal:
        return None
    if not allowance.watermark or not message.text:
        return message
    return replace(message, text=f"{message.text}\n\n{allowance.watermark}")


def _refusal(message: MessageOut, charged: Charge) -> Conflict | None:
    allowance = charged.allowance
    if not charged.is_charged:
        return Conflict(
            f"The device's messages of this month are used up ({_limit(allowance)}). "
            "Give it a larger package, or wait for the next month.",
            reason="insufficient_quota",
            package=allowance.name,
            messages_per_month=allowance.messages_per_month,
        )
    if message.media and not allowance.has_attachments:
        return Conflict(
            f"The package {allowance.name} sends no files. Give the device another package.",
            reason="no_attachments",
            package=allowance.name,
        )
    return None


def _limit(allowance: Allowance) -> str:
    return f"{allowance.messages_per_month:,} with the package {allowance.name}"
