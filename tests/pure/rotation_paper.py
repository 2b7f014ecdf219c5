"""The rotation on paper, beside the model of its law: what happens is picked at random.

Two divisions, of which agents join and leave, move, come and go, are full and have room again,
while customers write and are transferred. `tests/actions/test_rotation_machine.py` does the same
on a real database, with the product's own functions around the rotation.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from random import Random
from uuid import UUID

from helpdesk import clock
from helpdesk.actions.rotate import take_turn
from helpdesk.queries.rotas import Rota, Seat
from helpdesk.shapes.turns import TurnOut
from tests.actions.rotation_check import Chat, Model, Person, Place
from tests.pure.rotas import DEVICE, make_rota

DIVISIONS = (UUID(int=1), UUID(int=2))
LIMITS = (3, 3, 1, None)


class Paper:
    """Two divisions whose places are kept as the database keeps them, and the model beside them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.model = Model(places={division: Place() for division in DIVISIONS})
        self.rotas = {each: make_rota(0, division_id=each) for each in DIVISIONS}
        self.last_turns: dict[tuple[UUID, UUID], int] = {}
        self.now = clock.now()
        self.names = iter(range(1, 1_000_000))

    def step(self) -> str:
        """Do something, let the queues move, and return what was done."""
        steps: list[Callable[[], None]] = [self.write] * 5 + [self.resolve] * 4
        steps += [self.toggle] * 2 + [self.transfer, self.transfer_division, self.release]
        steps += [self.join, self.leave, self.move, self.switch_mode, self.abort]
        chosen = self.random.choice(steps)
        chosen()
        for division in DIVISIONS:
            self.settle(division)
        self.now += timedelta(seconds=1)
        return chosen.__name__

    def settle(self, division: UUID) -> None:
        """Give turns to whoever waits, as long as anybody is eligible."""
        while queue := self.model.queue(division):
            rota = self.seated(division)
            turn = self.take(rota)
            if turn is None:
                break
            for seat in rota.seats:
                self.last_turns[division, seat.agent_id] = seat.last_turn
            fields = {
                "number": turn.number,
                "agent_id": turn.agent_id,
                "address": queue[0].number,
                "eligible": [str(agent_id) for agent_id in turn.eligible],
                "weights": turn.weights,
            }
            self.model.follow_one(division, fields)
        self.model.require_no_idler(division)

    def take(self, rota: Rota) -> TurnOut | None:
        return take_turn(
            rota,
            conversation_id=UUID(int=9),
            device_id=DEVICE,
            now=self.now,
            random=self.random,
        )

    def seated(self, division: UUID) -> Rota:
        """Return the rota as it would be read now."""
        rota = self.rotas[division]
        owners = [each.owner for each in self.model.chats.values() if each.status == "assigned"]
        rota.seats = [
            Seat(
                agent_id=each.id,
                device_id=DEVICE,
                presence="online" if each.is_online else "offline",
                limit=each.limit,
                open_count=owners.count(each.id),
                last_turn=self.last_turns.get((division, each.id), 0),
                weight=each.weight,
            )
            for each in self.model.staff.values()
            if each.division == division
        ]
        mine = [turn for (place, _), turn in self.last_turns.items() if place == division]
        rota.last_pick = max(mine, default=0)
        return rota

    def person(self) -> Person | None:
        return self.random.choice([*self.model.staff.values()] or [None])

    def chat(self, *statuses: str) -> Chat | None:
        chats = [each for each in self.model.chats.values() if each.status in statuses]
        return self.random.choice(chats or [None])

    def write(self) -> None:
        for _ in range(self.random.randint(1, 4)):
            number, home = next(self.names), self.random.choice(DIVISIONS)
            since = (self.now, number)
            self.model.chats[str(number)] = Chat(str(number), home, home, since)

    def abort(self) -> None:
        """A turn of a transaction that fails leaves nothing behind."""
        self.take(deepcopy(self.seated(self.random.choice(DIVISIONS))))

    def resolve(self) -> None:
        if chat := self.chat("assigned"):
            chat.owner, chat.status = None, "resolved"

    def toggle(self) -> None:
        if person := self.person():
            person.is_online = not person.is_online

    def join(self) -> None:
        id_ = UUID(int=1_000 + next(self.names))
        division, limit = self.random.choice(DIVISIONS), self.random.choice(LIMITS)
        self.model.staff[id_] = Person(id_, division, limit, self.random.randint(1, 2))

    def leave(self) -> None:
        if person := self.person():
            del self.model.staff[person.id]
            for chat in self.model.chats.values():
                if chat.owner == person.id and chat.status == "assigned":
                    self.model.let_wait(chat)

    def move(self) -> None:
        if person := self.person():
            person.division = self.random.choice(DIVISIONS)

    def switch_mode(self) -> None:
        division = self.random.choice(DIVISIONS)
        place, rota = self.model.places[division], self.rotas[division]
        place.is_partial = not place.is_partial
        rota.rotation = "partial" if place.is_partial else "full"

    def transfer(self) -> None:
        chat, person = self.chat("assigned", "waiting"), self.person()
        if chat and person:
            chat.owner, chat.status = person.id, "assigned"

    def transfer_division(self) -> None:
        if chat := self.chat("assigned", "waiting"):
            chat.division = self.random.choice(DIVISIONS)
            self.model.let_wait(chat)

    def release(self) -> None:
        if chat := self.chat("assigned"):
            self.model.let_wait(chat)
