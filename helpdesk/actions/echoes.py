"""Echoes: an answer of unknown fate that the device's own phone reports was sent after all."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from helpdesk.actions.outgoing import signed
from helpdesk.actions.threads import Received, Thread, ThreadKey
from helpdesk.database import UnitOfWork
from helpdesk.queries.messages import set_delivery
from helpdesk.queries.outbox import lock_unknown, remove_item


async def confirm_echoes(
    work: UnitOfWork,
    received: Iterable[tuple[ThreadKey, Received]],
    threads: Mapping[ThreadKey, Thread],
) -> dict[UUID, tuple[UUID, UUID]]:
    """Mark answers as sent where a message of our own has the same chat and text.

    Only while the answer holds back what comes after it, and one answer for each message. Returns
    which answers they are, as (account, id), by the id of the message that is thereby no other.
    """
    own = [
        (key, each.message_id, each.inbound.text.strip())
        for key, each in received
        if each.inbound.is_own and each.inbound.text.strip() and threads[key].row
    ]
    if not own:
        return {}
    unknown = await lock_unknown(work.session, {key for key, _, _ in own})
    echoes = {}
    for key, echo_id, text in own:
        for answer in unknown:
            is_open = answer.conversation_id == threads[key].open_row.id
            spellings = answer.text.strip(), signed(answer.text, answer.sender_name).strip()
            if is_open and text in spellings:
                unknown.remove(answer)
                echoes[echo_id] = (answer.account_id, answer.message_id)
                break
    for account_id, id_ in echoes.values():
        await remove_item(work.session, account_id, id_)
        await set_delivery(work.session, account_id, id_, status="sent")
        work.wake("outbox")
    return echoes
