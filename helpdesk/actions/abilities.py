"""What a device's gateway can do beside sending: found, with the connection that it needs."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from helpdesk.errors import Conflict, Unreachable
from helpdesk.gateways import Connection, Gateway
from helpdesk.tables.device import Device
from helpdesk.vault import Vault

Ability = TypeVar("Ability")


def connect(vault: Vault, device: Device) -> Connection:
    """Return how the device reaches its gateway. Raises Unreachable while it is disconnected."""
    if device.status == "disconnect":
        raise Unreachable("The device is disconnected.", is_disconnected=True)
    return Connection(
        account_id=device.account_id,
        device_id=device.id,
        device_number=device.number,
        settings=device.gateway_settings,
        secrets=msgspec.json.decode(vault.open(device.gateway_secrets_sealed)),
    )


def require_ability(
    gateways: Mapping[str, Gateway], device: Device, ability: type[Ability], deed: str
) -> Ability:
    """Return the device's gateway. Raises Conflict (`not_able`) where it cannot do the deed."""
    gateway: Any = gateways.get(device.gateway_kind)
    if not isinstance(gateway, ability):
        raise Conflict(
            f"the gateway {device.gateway_kind} cannot {deed}",
            reason="not_able",
            gateway=device.gateway_kind,
        )
    return gateway
