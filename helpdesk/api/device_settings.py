"""What programs set of a device, as its form and its changes have it."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.shapes.words import AnswerSource

ResendTarget = Annotated[str, Meta(max_length=40)]
WebhookUrl = Annotated[str, Meta(max_length=2000)]
Secret = Annotated[str, Meta(max_length=200)]


class DeviceSettings(Struct, kw_only=True, forbid_unknown_fields=True):
    """What programs set of a device, in Fonnte's names; an empty text takes it away.

    `webhook` is told of messages that come in, `webhookstatus` of what becomes of those sent,
    `webhookconnect` of the device's connection, `webhookchaining` of nothing yet. `webhook` is told
    only while `autoread` is on: with `personal` of what people write, with `group` of groups, with
    `quick` of what the device's own phone sent; with `inbox` it gets the `inboxid`. `autoread`,
    `personal` and `group` hold for autoreplies and for `resend_target` too: the number to which
    files that come in are passed on. With `silent` customers are not shown that they were read.
    `source` is what answers by itself: only autoreplies do, of the two others nothing.
    """

    webhook: WebhookUrl | UnsetType = UNSET
    webhookconnect: WebhookUrl | UnsetType = UNSET
    webhookstatus: WebhookUrl | UnsetType = UNSET
    webhookchaining: WebhookUrl | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET
    autoread: bool | UnsetType = UNSET
    personal: bool | UnsetType = UNSET
    quick: bool | UnsetType = UNSET
    inbox: bool | UnsetType = UNSET
    silent: bool | UnsetType = UNSET
    source: AnswerSource | UnsetType = UNSET
    resend_target: ResendTarget | UnsetType = UNSET


def take_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Take these settings out of what was given, and return them."""
    names = [name for name in DeviceSettings.__struct_fields__ if name in given]
    return {name: given.pop(name) for name in names}
