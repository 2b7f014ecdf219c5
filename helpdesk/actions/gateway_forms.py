"""A device's gateway as people describe it, taken apart, and as the gateway itself needs it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from helpdesk.errors import InputError
from helpdesk.gateways import Connection, Gateway
from helpdesk.tables.device import Device
from helpdesk.vault import Vault


class GatewayForm(Struct, frozen=True):
    """A gateway as it was described, taken apart into what is secret and what is not."""

    kind: str
    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


async def read_gateway(
    gateways: Mapping[str, Gateway], described: Mapping[str, Any]
) -> GatewayForm:
    """Take a gateway's description apart. Raises InputError that names the field."""
    kind = str(described.get("kind", ""))
    gateway = gateways.get(kind)
    if gateway is None:
        known = ", ".join(sorted(gateways))
        raise InputError(
            f"There is no gateway of the kind {kind!r}. Known: {known}.",
            errors={"gateway.kind": f"Give one of {known}."},
        )
    given = {str(name): value for name, value in described.items() if name != "kind"}
    expected = gateway.setting_names | gateway.secret_names
    fields = ", ".join(["kind", *sorted(expected)])
    errors = {
        f"gateway.{name}": f"There is no such field. Known: {fields}."
        for name in sorted(given.keys() - expected)
    }
    errors |= {
        f"gateway.{name}": "Missing. Give a text."
        for name in sorted(expected)
        if not given.get(name)
    }
    errors |= {
        f"gateway.{name}": "Give a text."
        for name, value in given.items()
        if not isinstance(value, str)
    }
    if errors:
        raise InputError("The gateway's form is not complete.", errors=errors)
    form = GatewayForm(
        kind,
        {name: given[name].strip() for name in gateway.setting_names},
        {name: given[name].strip() for name in gateway.secret_names},
    )
    await gateway.check(form.settings)
    return form


def with_kept(vault: Vault, device: Device, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gateway's description, filled up from the device's own where it is of its kind."""
    kept: dict[str, Any] = {"kind": device.gateway_kind}
    if described.get("kind", device.gateway_kind) == device.gateway_kind:
        own = connection_of(vault, device)
        kept |= {**own.settings, **own.secrets}
    return kept | dict(described)


def connection_of(vault: Vault, device: Device) -> Connection:
    """Return how a device reaches its gateway, its secrets opened."""
    return Connection(
        account_id=device.account_id,
        device_id=device.id,
        device_number=device.number,
        settings=device.gateway_settings,
        secrets=msgspec.json.decode(vault.open(device.gateway_secrets_sealed)),
    )
