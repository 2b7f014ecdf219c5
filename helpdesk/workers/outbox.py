"""The outbox worker: claims due sends, hands them to the gateway, settles what it said.

Slots belong to devices, so a device whose gateway hangs keeps only its own slots busy.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from time import monotonic
from uuid import UUID

import msgspec

from helpdesk import clock
from helpdesk.actions.deliver import (
    Due,
    claim_sends,
    expire_paused,
    recover_expired,
    settle_failed,
    settle_sent,
)
from helpdesk.database import Database
from helpdesk.errors import (
    GatewayError,
    InputError,
    NotFound,
    Rejected,
    Unavailable,
    Unknown,
    Unreachable,
)
from helpdesk.files import Files
from helpdesk.gateways import Attachment, Connection, Gateway, Outgoing, Sent
from helpdesk.queries.media import get_file
from helpdesk.signing import MediaLinks
from helpdesk.vault import Vault
from helpdesk.workers.slots import Slots

log = logging.getLogger(__name__)

SLOTS_PER_DEVICE = 8
PER_CLAIM = 4
"""Of one device; it gets more while that many slots are free."""
SLOTS = 200
RECOVER_SECONDS = 5.0
SEND_SECONDS = 12.0
SAFE_LEASE_SECONDS = 15.0


class OutboxWorker:
    """The sends of one process."""

    def __init__(
        self,
        database: Database,
        gateways: Mapping[str, Gateway],
        vault: Vault,
        links: MediaLinks,
        files: Files,
    ) -> None:
        self._database = database
        self._gateways = gateways
        self._vault = vault
        self._links = links
        self._files = files
        self._busy: Counter[UUID] = Counter()
        self._slots = Slots(SLOTS, what="a send")
        self._recovered_at = 0.0

    async def __call__(self) -> bool:
        """Claim what is due and start sending it; True when more may be due."""
        await self._recover()
        free = await self._slots.free()
        if not free:
            return True
        claimed_at = monotonic()
        async with self._database.unit_of_work() as work:
            dues = await claim_sends(
                work,
                busy_devices=self._full_devices(),
                per_device=PER_CLAIM,
                most=free,
            )
        for due in dues:
            self._busy[due.claim.device_id] += 1
            self._slots.start(self._send(due, claimed_at), name=f"send {due.claim.message_id}")
        return bool(dues)

    async def drain(self) -> None:
        """Let the sends in flight end; what does not end in time is cancelled and recovered."""
        await self._slots.drain(patience=4)

    def _full_devices(self) -> list[UUID]:
        most = SLOTS_PER_DEVICE - PER_CLAIM
        return [device for device, count in self._busy.items() if count > most]

    async def _send(self, due: Due, claimed_at: float) -> None:
        try:
            if monotonic() - claimed_at < SAFE_LEASE_SECONDS:
                await self._settle(due, await self._hand_over(due))
        except GatewayError as error:
            await self._settle(due, error)
        finally:
            self._busy -= Counter([due.claim.device_id])

    async def _hand_over(self, due: Due) -> Sent:
        gateway = self._gateways.get(due.claim.gateway_kind)
        if gateway is None:
            raise Rejected(f"There is no gateway of the kind {due.claim.gateway_kind}.")
        try:
            connection = self._connection(due)
        except InputError as error:
            raise Rejected(error.detail) from error
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await gateway.send(connection, await self._outgoing(due))
        except TimeoutError as error:
            raise Unknown("The gateway did not answer in time.") from error
        except GatewayError:
            raise
        except NotFound as error:
            raise Rejected(error.detail) from error
        except Unavailable as error:
            raise Unreachable(error.detail) from error
        except Exception as error:
            log.exception("the %s gateway failed", gateway.kind)
            raise Unknown("The gateway's part of this server failed.") from error

    async def _settle(self, due: Due, outcome: Sent | GatewayError) -> None:
        """Record the outcome; while the database is away this tries again within the lease."""
        for wait in (0.2, 0.5, 1, 2, 4, 8):
            try:
                async with self._database.unit_of_work() as work:
                    if isinstance(outcome, Sent):
                        await settle_sent(work, due, outcome, now=clock.now())
                    else:
                        await settle_failed(work, due, outcome, now=clock.now())
            except Unavailable:
                await asyncio.sleep(wait)
            else:
                return

    def _connection(self, due: Due) -> Connection:
        return Connection(
            device_number=due.claim.device_number,
            account_id=due.claim.account_id,
            device_id=due.claim.device_id,
            settings=msgspec.json.decode(due.claim.gateway_settings),
            secrets=msgspec.json.decode(self._vault.open(due.claim.gateway_secrets_sealed)),
        )

    async def _outgoing(self, due: Due) -> Outgoing:
        message = due.message
        key = due.claim.reply_to_provider_id or ""
        return Outgoing(
            reference=str(message.id),
            address=due.claim.address,
            kind=message.kind,
            text=due.text,
            attachment=await self._attachment(due),
            location=message.location,
            poll=message.poll,
            typing_seconds=due.claim.typing_seconds,
            has_preview=due.claim.has_preview,
            reply_to_provider_id=key.removeprefix("id:") if key.startswith("id:") else None,
        )

    async def _attachment(self, due: Due) -> Attachment | None:
        """Return the file as a link, or as it is where nobody outside can reach us."""
        media, account_id = due.message.media, due.claim.account_id
        if media is None:
            return None
        content = None
        if not self._links.is_reachable:
            async with self._database.reading(account_id) as reading:
                stored = await get_file(reading, account_id, media.id)
            place = await self._files.locate(stored.path or "")
            content = await asyncio.to_thread(place.read_bytes)
        return Attachment(
            url=self._links.outside(media.id, account_id),
            filename=media.filename,
            mime=media.mime,
            content=content,
        )

    async def _recover(self) -> None:
        if monotonic() - self._recovered_at < RECOVER_SECONDS:
            return
        self._recovered_at = monotonic()
        safe = [kind for kind, gateway in self._gateways.items() if gateway.is_idempotent]
        async with self._database.unit_of_work() as work:
            await recover_expired(work, idempotent_kinds=safe, now=clock.now())
        async with self._database.unit_of_work() as work:
            await expire_paused(work, now=clock.now())
