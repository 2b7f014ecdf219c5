"""Taking over the devices of an upstream account, each with the upstream as its gateway."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from helpdesk.actions.devices import NewDevice, add_device, open_secrets
from helpdesk.database import Database
from helpdesk.errors import HelpdeskError, InputError
from helpdesk.gateways import Gateway, UpstreamDevice
from helpdesk.vault import Vault, check_existing_token


class ImportedDevice(Struct, frozen=True, kw_only=True):
    """What became of one device of the upstream; `trouble` is empty where it is here now.

    `is_token_kept`: programs go on with the token that they have. `hook_key` is what the upstream's
    webhooks have to name.
    """

    name: str
    number: str
    hook_key: str = ""
    is_token_kept: bool = False
    trouble: str = ""


async def import_devices(
    database: Database,
    vault: Vault,
    gateways: Mapping[str, Gateway],
    account_id: UUID,
    found: Sequence[UpstreamDevice],
    *,
    now: datetime,
) -> list[ImportedDevice]:
    """Add devices, each in a unit of work of its own, with their tokens where these can be."""
    imported = []
    for device in found:
        try:
            imported.append(await _import(database, vault, gateways, account_id, device, now))
        except HelpdeskError as error:
            imported.append(
                ImportedDevice(name=device.name, number=device.number, trouble=error.detail)
            )
    return imported


async def _import(
    database: Database,
    vault: Vault,
    gateways: Mapping[str, Gateway],
    account_id: UUID,
    device: UpstreamDevice,
    now: datetime,
) -> ImportedDevice:
    new = NewDevice(
        name=device.name or device.number,
        number=device.number,
        gateway=device.gateway,
        token=device.token if _can_be_kept(device.token) else None,
    )
    async with database.unit_of_work(account_id) as work:
        added = await add_device(work, vault, gateways, new, now=now)
        secrets = open_secrets(vault, added)
    return ImportedDevice(
        name=new.name,
        number=device.number,
        hook_key=secrets.hook_key,
        is_token_kept=new.token is not None,
    )


def _can_be_kept(token: str) -> bool:
    try:
        check_existing_token(token)
    except InputError:
        return False
    return True
