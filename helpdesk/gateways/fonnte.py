"""The gateway to Fonnte, or to another server that speaks its language."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from helpdesk.errors import InputError, Rejected, Unknown, Unreachable
from helpdesk.gateways import (
    Connection,
    Outgoing,
    Pairing,
    Parsed,
    Poll,
    Probed,
    Sent,
    UpstreamDevice,
)
from helpdesk.gateways.abilities import Group
from helpdesk.gateways.fonnte_answer import (
    read_answer,
    read_devices,
    read_fields,
    read_pairing,
    read_probe,
    token_refused,
)
from helpdesk.gateways.fonnte_fields import address_of, clean, digits_of, text_of
from helpdesk.gateways.fonnte_webhook import parse_webhook
from helpdesk.gateways.outbound import Answer, FormFile, Outbound

DEFAULT_BASE_URL = "https://api.fonnte.com"

_ONE_ADDRESS = re.compile(r"[0-9]+(?:-[0-9]+)?(?:@g\.us|@lid)?")  # a comma or | would mean more
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CONTENT = ("message", "url", "location", "choices")
_NAMED_FILES = frozenset({"document", "audio"})


class Fonnte:
    """Sends by `POST {base_url}/send` and reads the webhooks that come back."""

    kind = "fonnte"
    is_idempotent = False
    setting_names = frozenset({"base_url"})
    secret_names = frozenset({"token"})

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def parse_webhook(self, body: bytes, content_type: str) -> list[Parsed]:
        """Return one value per message of the body, at least one; never raises."""
        return parse_webhook(body, content_type)

    async def check(self, settings: Mapping[str, str]) -> None:
        """Raise InputError for a `base_url` that is refused; an unknown host may be known later."""
        try:
            with suppress(Unreachable):
                await self._outbound.check(_url(settings, "send"))
        except InputError as error:
            reason = _not_allowed(error)
            raise InputError(reason, errors={"gateway.base_url": reason}) from error

    async def probe(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Probed:
        """Ask `POST {base_url}/device` whose token this is; never raises."""
        try:
            answer = await self._outbound.post_form(
                _url(settings, "device"), headers={"Authorization": _token(secrets)}, form={}
            )
        except InputError as error:
            return Probed(is_ok=False, detail=_not_allowed(error))
        except (Unreachable, Unknown) as error:
            return Probed(is_ok=False, detail=f"The gateway cannot be reached: {error.detail}")
        return read_probe(answer)

    async def list_devices(self, base_url: str, account_token: str) -> list[UpstreamDevice]:
        """Ask `POST {base_url}/get-devices` what the account has. Raises InputError as `check`, and
        Unreachable, Unknown or Rejected."""
        headers = {"Authorization": _token({"token": account_token})}
        answer = await self._outbound.post_form(
            _url({"base_url": base_url}, "get-devices"), headers=headers, form={}
        )
        return read_devices(answer, base_url)

    def can_poll(self, poll: Poll) -> bool:
        """Every poll but one with a comma in a choice, which would be cut in two."""
        return not any("," in choice for choice in poll.choices)

    async def send(self, connection: Connection, outgoing: Outgoing) -> Sent:
        """Send one message. Raises Unreachable, Unknown or Rejected and nothing else."""
        form, files = _form(outgoing), _files(outgoing)
        return read_answer(await self._post(connection, "send", form, files))

    async def show_typing(self, connection: Connection, address: str, *, seconds: int) -> None:
        """Pass it on to `/typing`."""
        form = {
            "target": address,
            "countryCode": "0",
            "duration": str(seconds),
            "stop": "false" if seconds else "true",
        }
        read_fields(await self._post(connection, "typing", form))

    async def find_registered(self, connection: Connection, numbers: Sequence[str]) -> set[str]:
        """Pass it on to `/validate`."""
        form = {"target": ",".join(numbers), "countryCode": "0"}
        fields = read_fields(await self._post(connection, "validate", form))
        return {digits_of(text_of(each)) for each in _listed(fields.get("registered"))}

    async def refresh_groups(self, connection: Connection) -> None:
        """Pass it on to `/fetch-group`."""
        read_fields(await self._post(connection, "fetch-group", {}))

    async def list_groups(self, connection: Connection) -> list[Group]:
        """Pass it on to `/get-whatsapp-group`."""
        fields = read_fields(await self._post(connection, "get-whatsapp-group", {}))
        return read_groups(fields.get("data"))

    async def disconnect(self, connection: Connection) -> None:
        """Ask `POST {base_url}/disconnect`. Raises Unreachable, Unknown or Rejected."""
        read_answer(await self._post(connection, "disconnect", {}))

    async def pair(self, connection: Connection, phone_number: str = "") -> Pairing:
        """Ask `POST {base_url}/qr`. Raises Unreachable, Unknown or Rejected."""
        form = {"type": "code", "whatsapp": phone_number} if phone_number else {"type": "qr"}
        return read_pairing(await self._post(connection, "qr", form))

    async def _post(
        self,
        connection: Connection,
        endpoint: str,
        form: Mapping[str, str],
        files: Mapping[str, FormFile] | None = None,
    ) -> Answer:
        try:
            return await self._outbound.post_form(
                _url(connection.settings, endpoint),
                headers={"Authorization": _token(connection.secrets)},
                form=form,
                files=files,
            )
        except InputError as error:
            raise Rejected(_not_allowed(error)) from error


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def read_groups(value: object) -> list[Group]:
    """Return the groups of an answer; what is none is left out."""
    groups = []
    for each in _listed(value):
        if not isinstance(each, dict):
            continue
        id_ = address_of(text_of(each.get("id")))
        if id_ and id_.endswith("@g.us"):
            members = [text_of(member) for member in _listed(each.get("member"))]
            groups.append(Group(id=id_, name=text_of(each.get("name")), members=members))
    return groups


def _not_allowed(error: InputError) -> str:
    return f"base_url is not allowed: {error.detail}"


def _url(settings: Mapping[str, str], endpoint: str) -> str:
    base = settings.get("base_url", "").strip() or DEFAULT_BASE_URL
    return f"{base.rstrip('/').removesuffix('/send')}/{endpoint}"


def _token(secrets: Mapping[str, str]) -> str:
    """Return the bare token; raises Unreachable for one that no header can carry."""
    token = secrets.get("token", "").strip()
    if not _TOKEN.fullmatch(token):
        raise token_refused("it is missing or has characters that no token has")
    return token


def _form(outgoing: Outgoing) -> dict[str, str]:
    """Return the fields after Fonnte's documentation of `/send`; raises Rejected for no content.

    Numbers are always complete, so `countryCode` 0 switches Fonnte's own prefix off.
    """
    if not _ONE_ADDRESS.fullmatch(outgoing.address):
        raise Rejected("target invalid")
    content = {"message": outgoing.text, **_file(outgoing), **_place(outgoing), **_poll(outgoing)}
    written = {name: clean(value) for name, value in content.items() if value}
    if not any(name in written for name in _CONTENT) and not _files(outgoing):
        raise Rejected(f"this gateway cannot send a {outgoing.kind} without text or file")
    return {
        "target": outgoing.address,
        **written,
        **_quoted(outgoing),
        **_manner(outgoing),
        "countryCode": "0",
        "connectOnly": "true",
    }


def _manner(outgoing: Outgoing) -> dict[str, str]:
    """Return how it is to be shown, where that differs from what Fonnte does by itself."""
    typing = {"typing": "true", "duration": str(outgoing.typing_seconds)}
    preview = {} if outgoing.has_preview else {"preview": "false"}
    return {**(typing if outgoing.typing_seconds else {}), **preview}


def _file(outgoing: Outgoing) -> dict[str, str]:
    """Return the fields of an attachment; Fonnte names files only for documents and audio."""
    if outgoing.attachment is None:
        return {}
    if outgoing.attachment.content is not None:
        return {"filename": outgoing.attachment.filename}
    name = outgoing.attachment.filename if outgoing.kind in _NAMED_FILES else ""
    return {"url": outgoing.attachment.url, "filename": name}


def _files(outgoing: Outgoing) -> dict[str, tuple[str, bytes, str]] | None:
    """Return the file part, where the upstream cannot fetch the file from us."""
    attachment = outgoing.attachment
    if attachment is None or attachment.content is None:
        return None
    return {"file": (attachment.filename, attachment.content, attachment.mime)}


def _place(outgoing: Outgoing) -> dict[str, str]:
    if outgoing.location is None:
        return {}
    place = outgoing.location
    return {
        "location": f"{place.latitude:.6f},{place.longitude:.6f}",
        "message": outgoing.text or place.name,
    }


def _poll(outgoing: Outgoing) -> dict[str, str]:
    """Return the fields of a poll; raises Rejected for a choice that its comma would cut in two."""
    poll = outgoing.poll
    if poll is None:
        return {}
    if any("," in choice for choice in poll.choices):
        raise Rejected("a choice of the poll has a comma, which this gateway cannot carry")
    return {
        "message": outgoing.text or poll.name,
        "pollname": poll.name,
        "choices": ",".join(poll.choices),
        "select": _select(poll),
    }


def _select(poll: Poll) -> str:
    return "multiple" if poll.is_multiple else "single"


def _quoted(outgoing: Outgoing) -> dict[str, str]:
    """Return the inbox id of the message that is answered, where it is one."""
    inbox_id = outgoing.reply_to_provider_id or ""
    is_number = inbox_id.isascii() and inbox_id.isdigit() and inbox_id.strip("0")
    return {"inboxid": inbox_id} if is_number else {}
