"""A thousand runs of a hundred steps of the rotation on paper keep its laws."""

from random import Random

import pytest

from tests.pure.rotation_paper import Paper

RUNS, STEPS = 1_000, 100


@pytest.mark.parametrize("tenth", range(10))
def test_no_run_breaks_a_law(tenth: int) -> None:
    turns = 0
    for seed in range(tenth, RUNS, 10):
        paper = Paper(Random(seed))
        for _ in range(3):
            paper.join()
        for _ in range(STEPS):
            paper.step()
        turns += sum(place.turns for place in paper.model.places.values())
    assert turns > RUNS / 10 * STEPS / 4
