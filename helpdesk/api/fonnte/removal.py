"""`/delete-device`: in two steps, unless the account waives the code."""

from litestar import Response, post

from helpdesk import clock
from helpdesk.actions.devices import remove_device
from helpdesk.actions.removals import (
    Letter,
    ask_removal_code,
    confirm_removal,
)
from helpdesk.actors import Actor
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import refused, say
from helpdesk.api.fonnte.body import read_body
from helpdesk.api.fonnte.fields import text
from helpdesk.api.fonnte.tokens import identify_one
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import Conflict, GatewayError, NotFound, TooMany
from helpdesk.gateways.mail import send_mail
from helpdesk.queries.accounts import get_account
from helpdesk.queries.devices import get_device
from helpdesk.queries.removal_codes import remove_removal_code

WRONG = "invalid device"
IN_USE = "device still has agents or open conversations"


@post("/delete-device", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def delete(request: AnyRequest) -> Response[bytes]:
    """Send a code where no `otp` is given, and delete the device where it is the right one."""
    actor, parts = await identify_one(request, "device", WRONG), parts_of(request)
    code = text((await read_body(request)).fields, "otp").strip()
    async with parts.database.reading(actor.account_id) as session:
        device = await get_device(session, actor.account_id, actor.id)
        account = await get_account(session, actor.account_id)
    if not code and not account.is_removal_code_waived:
        return await _send_code(parts, actor)
    try:
        await (_confirm(parts, actor, code) if code else _remove(parts, actor))
    except Conflict as error:
        is_early = error.facts.get("reason") == "no_code"
        raise refused("otp haven't requested" if is_early else IN_USE) from error
    except NotFound as error:
        raise refused(WRONG) from error
    return say({"detail": f"device {device.number_raw} successfully deleted"})


async def _send_code(parts: Parts, actor: Actor) -> Response[bytes]:
    try:
        async with parts.database.unit_of_work(actor.account_id) as work:
            letter = await ask_removal_code(work, parts.vault, actor, now=clock.now())
        if letter:
            await _post(parts, actor, letter)
    except TooMany as error:
        wait = error.facts["retry_after"]
        raise refused(f"please wait {wait} seconds before requesting new otp") from error
    except (Conflict, GatewayError) as error:
        raise refused(f"otp not sent: {error.detail}") from error
    return say({"detail": "otp sent by e-mail" if letter else "otp sent by whatsapp"})


async def _post(parts: Parts, actor: Actor, letter: Letter) -> None:
    """Send the letter; where that fails another code may be asked for at once."""
    url = parts.settings.smtp_url
    try:
        await send_mail(url, to=letter.to, subject=letter.subject, text=letter.text)
    except GatewayError:
        async with parts.database.unit_of_work(actor.account_id) as work:
            await remove_removal_code(work.session, actor.account_id, actor.id)
        raise


async def _confirm(parts: Parts, actor: Actor, code: str) -> None:
    try:
        async with parts.database.unit_of_work(actor.account_id) as work:
            is_right = await confirm_removal(work, parts.vault, actor.id, code, now=clock.now())
    except TooMany as error:
        wait = error.facts["retry_after"]
        raise refused(f"delete failed. try again in {wait} seconds") from error
    if not is_right:
        raise refused("incorrect OTP")


async def _remove(parts: Parts, actor: Actor) -> None:
    async with parts.database.unit_of_work(actor.account_id) as work:
        await remove_device(work, actor.id, now=clock.now())
