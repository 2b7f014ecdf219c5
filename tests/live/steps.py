"""Things that people and gateways do, picked at random, through the server's own doors."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from helpdesk import clock
from tests.factories import DeviceUnderTest
from tests.live.desk import Desk, token_of
from tests.served import Caller, Served

NUMBERS = [f"62855500{number}" for number in range(8)]
NAMES = ("", "", "Joko", "Rina", "Pak <b>Tono</b>")
Step = Callable[[], Awaitable[httpx.Response]]


class Crowd:
    """Everybody around a desk; what exists is looked up afresh before each step."""

    def __init__(
        self, served: Served, desk: Desk, random: Random, *, sari: Caller, agents: list[Caller]
    ) -> None:
        self._served, self._desk, self._random = served, desk, random
        self._sari, self._agents = sari, agents
        self.people = dict(
            zip(("Sari", "Ani", "Budi", "Cici", "Dedi"), (sari, *agents), strict=True)
        )
        self._devices: dict[str, DeviceUnderTest] = {str(desk.device.id): desk.device}
        self._seen: set[str] = set()
        self._sent: list[str] = []
        self._now: dict[str, Any] = {}

    async def step(self) -> str:
        """Do something, and return what and how it was answered."""
        self._now = (await self._sari.get("/api/v1/sync")).raise_for_status().json()
        self._seen |= {conversation["id"] for conversation in self._now["conversations"]}
        step = self._random.choice(self._steps())
        answer = await step()
        assert answer.status_code < 500, answer.text
        if answer.status_code == 201 and "/messages" in answer.request.url.path:
            self._sent.append(answer.json()["id"])
        return f"{step.__name__} {answer.status_code}"

    def _steps(self) -> list[Step]:
        frequent = [self._write, self._reply, self._take, self._transfer, self._receipt]
        frequent += [self._snooze, self._note]
        usual = [
            self._assign, self._hand_over, self._forward,
            self._own_line, self._end, self._end, self._reopen, self._name, self._add_contact,
            self._agent, self._division, self._template, self._rule, self._device, self._connection,
            self._label, self._mark, self._mark, self._field, self._note_contact, self._merge,
            self._merge, self._undo_merge, self._block, self._unblock, self._unblock,
        ]  # fmt: skip
        return frequent * 4 + usual

    def _one(self, part: str) -> dict[str, Any]:
        things = self._now[part]
        return dict(self._random.choice(things)) if things else {"id": str(uuid4())}

    def _anybody(self) -> Caller:
        return self._random.choice([self._sari, *self._agents])

    async def _hook(self, **body: object) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.post(
                f"{self._served.url}/hooks/simulated/{self._desk.device.hook_key}", json=body
            )

    async def _on(self, verb: str, caller: Caller, **body: object) -> httpx.Response:
        id_ = self._random.choice(sorted(self._seen) or [str(uuid4())])
        return await caller.post(f"/api/v1/conversations/{id_}/{verb}", json=body or None)

    async def _write(self) -> httpx.Response:
        return await self._hook(
            type="message",
            id=uuid4().hex,
            name=self._random.choice(NAMES),
            text=self._random.choice(("Hello", "price?", "order 66", "é" * 250)),
            **{"from": self._random.choice(NUMBERS)},
        )

    async def _own_line(self) -> httpx.Response:
        return await self._hook(
            type="message",
            id=uuid4().hex,
            own=True,
            text="From the phone",
            **{"from": self._random.choice(NUMBERS)},
        )

    async def _reply(self) -> httpx.Response:
        callers = [self._sari, *self._agents]
        for caller in self._random.sample(callers, len(callers)):
            answer = await self._on("messages", caller, client_id=str(uuid4()), text="Yes")
            if answer.status_code == 201:
                return answer
        return answer

    async def _receipt(self) -> httpx.Response:
        id_ = self._random.choice(self._sent or [str(uuid4())])
        status = self._random.choice(("sent", "delivered", "read", "failed"))
        return await self._hook(type="receipt", id=id_, status=status, reason="r")

    async def _take(self) -> httpx.Response:
        conversation = self._one("conversations")
        expected = self._random.choice((None, conversation.get("assignee_id")))
        path = f"/api/v1/conversations/{conversation['id']}/take"
        return await self._anybody().post(path, json={"expected_assignee_id": expected})

    async def _transfer(self) -> httpx.Response:
        if self._random.random() < 0.5:
            id_ = self._one("agents")["id"]
            return await self._on("transfer", self._sari, agent_id=id_, note="For you")
        return await self._on("transfer", self._sari, division_id=self._one("divisions")["id"])

    async def _end(self) -> httpx.Response:
        verb = self._random.choice(("release", "resolve", "read"))
        return await self._on(verb, self._anybody())

    async def _snooze(self) -> httpx.Response:
        until = clock.now() + timedelta(hours=1)
        return await self._on("snooze", self._anybody(), until=until.isoformat())

    async def _note(self) -> httpx.Response:
        return await self._on("notes", self._anybody(), client_id=str(uuid4()), text="Psst")

    async def _assign(self) -> httpx.Response:
        return await self._on("assign", self._sari, agent_id=self._one("agents")["id"])

    async def _hand_over(self) -> httpx.Response:
        to: dict[str, Any] | None = self._random.choice(
            (
                None,
                {"agent_id": self._one("agents")["id"]},
                {"division_id": self._one("divisions")["id"]},
            )
        )
        path = f"/api/v1/agents/{self._one('agents')['id']}/hand-over"
        return await self._sari.post(path, json={"to": to})

    async def _forward(self) -> httpx.Response:
        id_ = self._random.choice(self._sent or [str(uuid4())])
        body: dict[str, Any] = {"client_id": str(uuid4())}
        body |= {"device_id": str(self._desk.device.id), "number": self._random.choice(NUMBERS)}
        return await self._anybody().post(f"/api/v1/messages/{id_}/forward", json=body)

    async def _reopen(self) -> httpx.Response:
        return await self._on("reopen", self._anybody())

    async def _name(self) -> httpx.Response:
        contact = self._one("conversations").get("contact", {"id": str(uuid4())})
        body = {"name": self._random.choice(NAMES)}
        return await self._anybody().patch(f"/api/v1/contacts/{contact['id']}", json=body)

    async def _add_contact(self) -> httpx.Response:
        body = {"number": self._random.choice(NUMBERS), "name": "Added"}
        return await self._anybody().post("/api/v1/contacts", json=body)

    async def _agent(self) -> httpx.Response:
        """Add, change or remove an agent; those who watch are changed, but stay."""
        agent = self._one("agents")
        path = f"/api/v1/agents/{agent['id']}"
        change: dict[str, object] = self._random.choice(
            (
                {"limit": self._random.choice((None, 1, 3))},
                {"sees": self._random.choice(("own", "division"))},
                {"division_id": self._one("divisions")["id"]},
                {"enabled": self._random.choice((True, False))},
            )
        )
        if agent.get("name", "").startswith("Extra") and self._random.random() < 0.4:
            return await self._sari.delete(path)
        if self._random.random() < 0.3:
            body = {"name": f"Extra {uuid4().hex[:6]}", "device_id": str(self._desk.device.id)}
            body |= {"division_id": self._one("divisions")["id"]}
            return await self._sari.post("/api/v1/agents", json=body)
        if "enabled" in change and not agent.get("name", "").startswith("Extra"):
            change = {"name": agent.get("name", "x") + "."}
        return await self._sari.patch(path, json=change)

    async def _division(self) -> httpx.Response:
        path = f"/api/v1/divisions/{self._one('divisions')['id']}"
        what = self._random.random()
        if what < 0.3 or len(self._now["divisions"]) < 2:
            return await self._sari.post("/api/v1/divisions", json={"name": uuid4().hex[:8]})
        if what < 0.5:
            others = [d["id"] for d in self._now["divisions"] if d["id"] not in path]
            params = {"reassign_to": self._random.choice(others)}
            return await self._sari.delete(path, params=params if what < 0.45 else None)
        change: dict[str, object] = self._random.choice(
            (
                {"name": uuid4().hex[:8]},
                {"rotation": "partial"},
                {"when_nobody": "assign_anyway"},
                {"greeting": "Hello {contact.name}", "busy_text": "All are busy."},
                {"holidays": [f"{clock.now():%Y-%m-%d}"], "outside_text": "Closed."},
                {"hours": [{"days": [0, 6], "from": "22:00", "to": "02:00"}], "time_zone": None},
            )
        )
        return await self._sari.patch(path, json=change)

    async def _template(self) -> httpx.Response:
        path = f"/api/v1/templates/{self._one('templates')['id']}"
        what = self._random.random()
        if what < 0.5:
            body = {"name": "T", "shortcut": uuid4().hex[:8], "text": "Hi {contact.name}"}
            divisions = [self._one("divisions")["id"]] if what < 0.25 else []
            return await self._sari.post(
                "/api/v1/templates", json=body | {"division_ids": divisions}
            )
        if what < 0.8:
            return await self._sari.patch(path, json={"text": uuid4().hex})
        return await self._sari.delete(path)

    async def _rule(self) -> httpx.Response:
        path = f"/api/v1/rules/{self._one('rules')['id']}"
        what = self._random.random()
        division = self._one("divisions")["id"]
        if what < 0.5:
            body = {"name": "R", "device_id": str(self._desk.device.id), "division_id": division}
            if what < 0.2:
                body |= {"division_id": None, "condition": self._menu()}
            else:
                body |= {"condition": self._condition()}
            return await self._sari.post("/api/v1/rules", json=body)
        if what < 0.8:
            return await self._sari.patch(path, json={"division_id": division, "position": 3})
        return await self._sari.delete(path)

    def _condition(self) -> dict[str, Any]:
        label = self._one("labels")["id"]
        return self._random.choice(
            (
                {"type": "text_contains", "words": ["price"]},
                {"type": "text_matches", "pattern": r"order\s+\d+"},
                {"type": "contact_label", "label_ids": [label]},
            )
        )

    def _menu(self) -> dict[str, Any]:
        divisions = [self._one("divisions")["id"], self._one("divisions")["id"]]
        labels = ("Hello", "Else")
        choices = [
            {"label": label, "division_id": division}
            for label, division in zip(labels, divisions, strict=True)
        ]
        return {"type": "menu", "text": "Which?", "choices": choices}

    async def _label(self) -> httpx.Response:
        path = f"/api/v1/labels/{self._one('labels')['id']}"
        what = self._random.random()
        if what < 0.5:
            return await self._sari.post("/api/v1/labels", json={"name": uuid4().hex[:8]})
        if what < 0.7:
            return await self._sari.patch(path, json={"color": self._random.randint(1, 8)})
        return await self._sari.delete(path)

    async def _mark(self) -> httpx.Response:
        """Label a conversation or its contact, or take the labels off."""
        conversation = self._one("conversations")
        body = {"labels": self._random.choice(([], [self._one("labels")["id"]]))}
        if self._random.random() < 0.5:
            path = f"conversations/{conversation['id']}"
        else:
            path = f"contacts/{conversation.get('contact', {'id': uuid4()})['id']}"
        return await self._anybody().patch(f"/api/v1/{path}", json=body)

    def _contact(self) -> str:
        some: dict[str, Any] = self._one("conversations").get("contact", {"id": str(uuid4())})
        return str(some["id"])

    async def _field(self) -> httpx.Response:
        """Add, fill, move or remove a field."""
        path = f"/api/v1/fields/{self._one('fields')['id']}"
        what = self._random.random()
        if what < 0.3:
            return await self._sari.post("/api/v1/fields", json={"name": uuid4().hex[:8]})
        if what < 0.7:
            values = {self._one("fields")["id"]: self._random.choice(("", "Gold"))}
            filled = f"/api/v1/contacts/{self._contact()}"
            return await self._anybody().patch(filled, json={"fields": values})
        if what < 0.85:
            return await self._sari.patch(path, json={"position": self._random.randrange(9)})
        return await self._sari.delete(path)

    async def _note_contact(self) -> httpx.Response:
        path = f"/api/v1/contacts/{self._contact()}/notes"
        return await self._anybody().post(path, json={"text": "Pays late"})

    async def _merge(self) -> httpx.Response:
        path = f"/api/v1/contacts/{self._contact()}/merges"
        return await self._anybody().post(path, json={"contact_id": self._contact()})

    async def _undo_merge(self) -> httpx.Response:
        path = f"/api/v1/contacts/{self._contact()}/merges"
        merges = (await self._sari.get(path)).json().get("items", [])
        merge = self._random.choice(merges)["id"] if merges else uuid4()
        return await self._anybody().post(f"{path}/{merge}/undo")

    async def _block(self) -> httpx.Response:
        return await self._anybody().post(f"/api/v1/contacts/{self._contact()}/block")

    async def _unblock(self) -> httpx.Response:
        blocked = (await self._sari.get("/api/v1/contacts?blocked=true")).json()["items"]
        id_ = self._random.choice(blocked)["id"] if blocked else uuid4()
        return await self._sari.post(f"/api/v1/contacts/{id_}/unblock")

    async def _device(self) -> httpx.Response:
        device = self._one("devices")
        path = f"/api/v1/devices/{device['id']}"
        number = f"62811{self._random.randrange(10**7, 10**8)}"
        what = self._random.random()
        if what < 0.3:
            body = {"name": "D", "number": number, "gateway": {"kind": "simulated"}}
            return await self._sari.post("/api/v1/devices", json=body)
        if what < 0.5:
            return await self._sari.delete(path)
        if what < 0.7:
            return await self._sari.patch(path, json={"number": number})
        default = self._random.choice((None, self._one("divisions")["id"]))
        return await self._sari.patch(path, json={"default_division_id": default})

    async def _connection(self) -> httpx.Response:
        return await self._hook(type="device", connected=self._random.random() < 0.5)


async def make_crowd(served: Served, desk: Desk, random: Random) -> Crowd:
    """Store four agents in two divisions, and sign them and a supervisor in."""
    sari = await desk.supervisor(served)
    answer = await sari.post("/api/v1/divisions", json={"name": "Care"})
    care = answer.raise_for_status().json()["id"]
    await desk.agent("Ani")
    await desk.agent("Budi")
    await desk.agent("Cici", division_id=care)
    await desk.agent("Dedi", division_id=care, sees="own")
    agents = [
        await served.agent(desk.device, token_of(name)) for name in ("Ani", "Budi", "Cici", "Dedi")
    ]
    return Crowd(served, desk, random, sari=sari, agents=agents)
