"""Two short walks, one a transport; `make walkers` goes further."""

from __future__ import annotations

import pytest

from tests.walkers.walk import Walk


@pytest.mark.parametrize("seed", [1, 2])
async def test_people_at_random_find_nothing_broken(seed: int) -> None:
    walk = Walk(seed, acts=25)
    await walk.run()
    assert len(walk.trail) >= 25


def test_the_two_go_over_both_transports() -> None:
    assert {Walk(seed).transport for seed in (1, 2)} == {"http", "socket"}
