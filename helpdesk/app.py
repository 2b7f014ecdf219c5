"""Puts the parts together: the one place that knows every part."""

import asyncio
import logging
import socket as sockets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State

from helpdesk import clock
from helpdesk.actions.ingest import NEWS, Delivery, Taken, holds, keep_failed, take_deliveries
from helpdesk.actions.presence import leave_node, renew_node
from helpdesk.api import (
    account,
    agents,
    agents_day,
    autoreplies,
    broadcasts,
    contact_files,
    contact_media,
    contact_merges,
    contact_notes,
    contacts,
    conversations,
    deeds,
    devices,
    divisions,
    docs,
    drafts,
    fairness,
    fields,
    fonnte,
    front,
    health,
    history,
    hooks,
    inbound,
    labels,
    lines,
    media,
    messages,
    notes,
    packages,
    polls,
    push_subscriptions,
    queued,
    rotators,
    rules,
    search,
    session,
    simulated,
    sync,
    template_archives,
    templates,
    transcripts,
    webhooks,
)
from helpdesk.api.access import guard, require_allow
from helpdesk.api.deps import DEPENDENCIES
from helpdesk.api.headers import security_headers
from helpdesk.api.idempotency import IdempotencyMiddleware
from helpdesk.api.parts import Parts
from helpdesk.api.problems import HANDLERS
from helpdesk.batcher import Batcher
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.errors import Unavailable
from helpdesk.files import Files
from helpdesk.gateways import Gateway, Poll
from helpdesk.gateways.fonnte import Fonnte
from helpdesk.gateways.outbound import Outbound
from helpdesk.gateways.simulated import Simulated
from helpdesk.gateways.web_push import WebPush
from helpdesk.live.door import Live, live_events
from helpdesk.live.hub import Hub
from helpdesk.live.listener import Listener
from helpdesk.logs import configure_logging
from helpdesk.settings import Settings
from helpdesk.signing import MediaLinks
from helpdesk.vault import Vault
from helpdesk.workers.broadcasts import BroadcastStep
from helpdesk.workers.due import DUE_SECONDS, DueStep
from helpdesk.workers.expiries import EVERY_SECONDS, ExpiryStep
from helpdesk.workers.media import MediaWorker
from helpdesk.workers.no_answer import NoAnswerStep
from helpdesk.workers.nodes import PULSE_SECONDS, PulseStep
from helpdesk.workers.outbox import RECOVER_SECONDS, OutboxWorker
from helpdesk.workers.phone import DatabasePhone
from helpdesk.workers.pushes import PushWorker
from helpdesk.workers.relays import RelayStep
from helpdesk.workers.retention import HOUR_SECONDS, RetentionStep
from helpdesk.workers.runner import Loop, Runner
from helpdesk.workers.snoozed import SnoozedStep
from helpdesk.workers.waiting import WaitingStep
from helpdesk.workers.webhooks import WebhookWorker

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 1024 * 1024
PASSWORDS_AT_ONCE = 2
FETCHES_AT_ONCE = 8
NATIVE_API = (
    account, agents, agents_day, autoreplies, broadcasts, contact_files, contact_media,
    contact_merges, contact_notes, contacts, conversations, deeds, devices, divisions, drafts,
    fairness, fields, history, inbound, labels, lines, media, messages, notes, packages, polls,
    push_subscriptions, queued, rotators, rules, search, session, simulated, sync,
    template_archives, templates, transcripts, webhooks,
)  # fmt: skip


def create_app(settings: Settings) -> Litestar:
    """Build the server for settings that name a database and a secret key."""
    server = Server(settings)
    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=[each.router for each in NATIVE_API]),
            *docs.handlers,
            front.front_router(),
            hooks.take_webhook,
            fonnte.router,
            health.live,
            health.ready,
            media.serve_file,
            live_events,
        ],
        guards=[guard],
        middleware=[IdempotencyMiddleware()],
        dependencies=dict(DEPENDENCIES),
        exception_handlers=HANDLERS,
        lifespan=[server.lifespan],
        before_send=[security_headers(settings)],
        state=State({"parts": server.parts, "live": server.live}),
        request_max_body_size=MOST_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )
    require_allow(app.routes)
    return app


class Server:
    """The parts of one process, and their life."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        bus = Bus()
        database = Database(settings.database_url, bus)
        vault = Vault(settings.require_secret_key())
        self._outbound = Outbound(settings.outbound_hosts, via=vault.via)
        self.parts = Parts(
            settings=settings,
            database=database,
            bus=bus,
            vault=vault,
            gateways=_gateways(settings, database, self._outbound),
            outbound=self._outbound,
            ingest=Batcher(self._ingest, self._rescue, weigh=lambda delivery: len(delivery.parsed)),
            files=Files(settings.data_dir / "media"),
            links=MediaLinks(vault, settings.public_url),
            hashing=asyncio.Semaphore(PASSWORDS_AT_ONCE),
            fetching=asyncio.Semaphore(FETCHES_AT_ONCE),
        )
        hub = Hub(settings)
        self.live = Live(hub, Listener(database, hub))
        self._runner = Runner(bus)
        self._outbox = OutboxWorker(
            database, self.parts.gateways, vault, self.parts.links, self.parts.files
        )
        self._media = MediaWorker(
            database, self._outbound, self.parts.files, limit=settings.max_upload_bytes
        )
        self._pushes = PushWorker(
            database, WebPush(self._outbound, vault.push_key, contact=settings.public_url)
        )
        self._webhooks = WebhookWorker(database, self._outbound, vault, self.parts.links)

    @asynccontextmanager
    async def lifespan(self, _app: Litestar) -> AsyncGenerator[None]:
        """Start the tasks, and stop them when the server ends."""
        await self._start()
        try:
            yield
        finally:
            await self._stop()

    async def _start(self) -> None:
        parts = self.parts
        parts.bus.subscribe(self.live.listener.on_wake)
        parts.bus.hear(self.live.hub.on_whisper)
        async with parts.database.unit_of_work() as work:
            await renew_node(work, parts.bus.node_id, sockets.gethostname())
        self._runner.start(
            {
                "ingest": parts.ingest.run,
                "bus": lambda: parts.bus.listen(parts.database.url),
                "listener": self.live.listener.run,
            }
        )
        name, hub = sockets.gethostname(), self.live.hub
        pulse = PulseStep(parts.database, parts.bus.node_id, name, consoles=hub)
        loops = [Loop(pulse, topic="pulse", every=PULSE_SECONDS)]
        if self.settings.workers == "on":
            loops += self._worker_loops()
        self._runner.start_loops(loops)

    def _worker_loops(self) -> list[Loop]:
        database = self.parts.database
        return [
            Loop(DueStep(database), topic="due", every=DUE_SECONDS),
            Loop(ExpiryStep(database), topic="expiries", every=EVERY_SECONDS),
            Loop(RetentionStep(database), topic="retention", every=HOUR_SECONDS),
            Loop(self._outbox, topic="outbox", every=RECOVER_SECONDS),
            Loop(WaitingStep(database, self._can_poll), topic="waiting"),
            Loop(SnoozedStep(database), topic="snoozed"),
            Loop(NoAnswerStep(database), topic="no answer"),
            Loop(RelayStep(database), topic="relays"),
            Loop(BroadcastStep(database), topic="broadcasts"),
            Loop(self._media, topic="media"),
            Loop(self._pushes, topic="pushes"),
            Loop(self._webhooks, topic="webhooks"),
        ]

    async def _stop(self) -> None:
        parts = self.parts
        parts.is_draining = True
        self.live.hub.close_all(1012)
        await self._runner.stop()
        await self._outbox.drain()
        await self._media.drain()
        await self._pushes.drain()
        await self._webhooks.drain()
        with suppress(Unavailable):  # another node's pulse sweeps what is left behind
            async with parts.database.unit_of_work() as work:
                await leave_node(work, parts.bus.node_id)
        await self._outbound.close()
        await parts.database.close()

    async def _ingest(self, deliveries: Sequence[Delivery]) -> Sequence[Taken]:
        async with self.parts.database.unit_of_work() as work:
            taken = await take_deliveries(
                work, deliveries, now=clock.now(), can_poll=self._can_poll
            )
        for kind, take in NEWS.items():
            if holds(deliveries, kind):
                async with self.parts.database.unit_of_work() as work:
                    await take(work, deliveries, now=clock.now())
        return taken

    def _can_poll(self, gateway_kind: str, poll: Poll) -> bool:
        gateway = self.parts.gateways.get(gateway_kind)
        return gateway is not None and gateway.can_poll(poll)

    async def _rescue(self, delivery: Delivery, error: Exception) -> Taken:
        async with self.parts.database.unit_of_work() as work:
            reason = f"{type(error).__name__} while storing it"
            return await keep_failed(work, delivery, reason=reason, now=clock.now())


def _gateways(settings: Settings, database: Database, outbound: Outbound) -> dict[str, Gateway]:
    gateways: list[Gateway] = [
        Simulated(DatabasePhone(database), page=f"{settings.public_url.rstrip('/')}/phone/"),
        Fonnte(outbound),
    ]
    return {gateway.kind: gateway for gateway in gateways}


def app_from_environment() -> Any:
    """Build the server from `HELPDESK_…` variables; what uvicorn's worker processes call."""
    settings = Settings()
    configure_logging(settings.log_level)
    return create_app(settings)
