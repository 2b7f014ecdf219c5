"""The product's own functions on a real database, against the model, in sequences by hypothesis.

`HELPDESK_TEST_SCALE` multiplies how many sequences are tried (soak: 10).
"""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.vault import Vault
from tests.actions.rotation_world import World
from tests.conftest import Server, text_of

SCALE = int(os.environ.get("HELPDESK_TEST_SCALE", "1"))
some = st.integers(0, 11)
few = st.integers(1, 4)
node = st.integers(0, 1)


class Rotation(RuleBasedStateMachine):
    """Every rule is one step of the world; `run` runs it on the machine's own loop."""

    run: ClassVar[Any]
    nodes: ClassVar[list[Database]]
    vault: ClassVar[Vault]

    def do(self, step: Awaitable[None]) -> None:
        """Do one step."""
        type(self).run(step)

    @initialize(agents=st.integers(0, 4))
    def begin(self, agents: int) -> None:
        self.world = World(self.nodes, self.vault)
        self.do(self.world.build(agents))

    @rule(place=some, count=few, node=node)
    def new_customers_write(self, place: int, count: int, node: int) -> None:
        self.do(self.world.write(place, count, node))

    @rule(place=some, node=node)
    def a_customer_writes_again(self, place: int, node: int) -> None:
        self.do(self.world.write_again(place, node))

    @rule(node=node)
    def the_gateway_repeats_itself(self, node: int) -> None:
        self.do(self.world.repeat(node))

    @rule(place=some, count=few, node=node)
    def a_transaction_is_aborted(self, place: int, count: int, node: int) -> None:
        self.do(self.world.abort(place, count, node))

    @rule(place=some, limit=some)
    def somebody_joins(self, place: int, limit: int) -> None:
        self.do(self.world.join(place, limit))

    @rule(place=some)
    def somebody_leaves(self, place: int) -> None:
        self.do(self.world.leave(place))

    @rule(place=some)
    def somebody_moves(self, place: int) -> None:
        self.do(self.world.move(place))

    @rule(place=some)
    def somebody_goes_or_comes(self, place: int) -> None:
        self.do(self.world.toggle(place))

    @rule(place=some)
    def the_mode_is_switched(self, place: int) -> None:
        self.do(self.world.switch_mode(place))

    @rule(place=some)
    def a_conversation_is_resolved(self, place: int) -> None:
        self.do(self.world.resolve(place))

    @rule(place=some, agent=some)
    def a_conversation_is_handed_to_an_agent(self, place: int, agent: int) -> None:
        self.do(self.world.transfer(place, agent))

    @rule(place=some, to=some)
    def a_conversation_is_handed_to_a_division(self, place: int, to: int) -> None:
        self.do(self.world.transfer_division(place, to))

    @rule(place=some)
    def a_conversation_is_released(self, place: int) -> None:
        self.do(self.world.release(place))


@pytest.fixture
def machine(server: Server, template: str, vault: Vault) -> Iterator[type[Rotation]]:
    """The machine with a loop, a database and two nodes of its own."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        name = runner.run(server.make_database(template=template))
        nodes = [Database(text_of(server.app, name), Bus(), pool_size=2) for _ in range(2)]
        parts = {"run": staticmethod(runner.run), "nodes": nodes, "vault": vault}
        yield type("BoundRotation", (Rotation,), parts)
        for each in nodes:
            runner.run(each.close())
        runner.run(server.drop_database(name))


@pytest.mark.timeout(600 * SCALE)
def test_the_rotation_keeps_its_laws_whatever_happens(machine: type[Rotation]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=100 * SCALE,
            stateful_step_count=100,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
