"""The webhook worker: tells addresses outside what happened, in order for each conversation.

A webhook has but a few of the slots, so that one that hangs leaves the others theirs.
"""

import logging
from collections import Counter
from datetime import timedelta
from uuid import UUID

import msgspec

from helpdesk import clock
from helpdesk.actions.webhook_deliveries import (
    claim_due,
    is_waiting_for_file,
    settle_missed,
    settle_taken,
    settle_waiting,
)
from helpdesk.bus import Wake
from helpdesk.database import Database
from helpdesk.errors import GatewayError, InputError
from helpdesk.gateways.fonnte_hooks import Told, write_body
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.webhooks import Post, send
from helpdesk.queries.webhook_deliveries import DueDelivery
from helpdesk.shapes.webhooks import PING
from helpdesk.signing import MediaLinks
from helpdesk.vault import Vault
from helpdesk.workers.slots import Slots

log = logging.getLogger(__name__)

SLOTS = 32
SLOTS_PER_WEBHOOK = 8
PER_CLAIM = 4
"""Of one webhook; it gets more while that many of its slots are free."""
RETRY_WAIT = timedelta(minutes=1)


class WebhookWorker:
    """The deliveries of one process; `retry_wait` is there for tests."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        vault: Vault,
        links: MediaLinks,
        *,
        retry_wait: timedelta = RETRY_WAIT,
    ) -> None:
        self._database = database
        self._outbound = outbound
        self._vault = vault
        self._links = links
        self._retry_wait = retry_wait
        self._busy: Counter[UUID] = Counter()
        self._slots = Slots(SLOTS, what="a delivery to a webhook")

    async def __call__(self) -> bool:
        """Claim what is due and start sending it; True when more may be due."""
        free = await self._slots.free()
        if not free:
            return True
        async with self._database.unit_of_work() as work:
            dues = await claim_due(
                work, busy=self._full_webhooks(), per_webhook=PER_CLAIM, most=free
            )
        for due in dues:
            self._busy[due.webhook_id] += 1
            self._slots.start(self._deliver(due), name=f"webhook delivery {due.id}")
        return bool(dues)

    async def drain(self) -> None:
        """Cancel the sends in flight; their leases run out, and they are tried again."""
        await self._slots.drain()

    def _full_webhooks(self) -> list[UUID]:
        most = SLOTS_PER_WEBHOOK - PER_CLAIM
        return [webhook for webhook, count in self._busy.items() if count > most]

    async def _deliver(self, due: DueDelivery) -> None:
        """Try one, and look at once for what waited for it; that is no news for other processes."""
        try:
            await self._try(due)
        finally:
            self._busy[due.webhook_id] -= 1
            if not self._busy[due.webhook_id]:
                del self._busy[due.webhook_id]
            self._database.bus.announce(Wake(topics=frozenset({"webhooks"})))

    async def _try(self, due: DueDelivery) -> None:
        if is_waiting_for_file(due, now=clock.now()):
            async with self._database.unit_of_work() as work:
                await settle_waiting(work, due)
            return
        try:
            status = await send(self._outbound, self._post(due))
        except (GatewayError, InputError) as error:
            answered = error.facts.get("status")
            async with self._database.unit_of_work() as work:
                await settle_missed(
                    work,
                    due,
                    status=answered if isinstance(answered, int) else None,
                    error=error.detail,
                    wait=self._retry_wait,
                )
        else:
            async with self._database.unit_of_work() as work:
                await settle_taken(work, due, status=status)

    def _post(self, due: DueDelivery) -> Post:
        """Raises InputError where what is sealed cannot be opened any more."""
        secret = self._vault.open(due.secret_sealed) if due.secret_sealed else ""
        body = content_of(due) if due.kind == "events" else write_body(due.kind, self._told(due))
        return Post(id=f"msg_{due.id.hex}", kind=due.kind, url=due.url, body=body, secret=secret)

    def _told(self, due: DueDelivery) -> Told:
        sealed, token = due.device_secret_sealed, due.device_token_sealed
        return Told(
            event=due.event or "",
            device=due.device_number or "",
            token=self._vault.open(token) if token else "",
            secret=self._vault.open(sealed) if sealed else "",
            tells_inbox=bool(due.is_inbox_told),
            address=due.address or "",
            member=due.member or "",
            file_name=due.file_name or "",
            file_url=self._links.outside(due.file_id, due.account_id) if due.file_id else "",
        )


def content_of(due: DueDelivery) -> bytes:
    """Return the live event as it is stored, with its number; or a ping."""
    if due.event is None:
        return msgspec.json.encode({"type": PING, "at": due.at})
    return f'{{"seq":{due.seq},{due.event[1:]}'.encode()
