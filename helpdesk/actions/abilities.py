"""What a device's gateway can do beside sending: found, with the connection that it needs."""

from collections.abc import Mapping
from typing import Any, TypeVar

from helpdesk.actions.gateway_forms import connection_of
from helpdesk.errors import Conflict, Unreachable
from helpdesk.gateways import Connection, Gateway
from helpdesk.tables.device import Device
from helpdesk.vault import Vault

Ability = TypeVar("Ability")


def connect(vault: Vault, device: Device) -> Connection:
    """Return how the device reaches its gateway. Raises Unreachable while it is disconnected."""
    if device.status == "disconnect":
        raise Unreachable("The device is disconnected.", is_disconnected=True)
    return connection_of(vault, device)


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
