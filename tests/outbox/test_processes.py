"""Several processes claim on one database: each due row once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outbox.processes import Race, bots, claimers
from tests.store.databases import Postgres

ROWS = 400


def assert_once_each(race: Race) -> None:
    assert len(set(race.rows)) == ROWS
    assert [race.times(number) for number in (0, 1, 2)] == [0, ROWS, 0]
    assert race.exact


async def test_two_processes_claim_each_row_once(url: str, tmp_path: Path) -> None:
    assert_once_each(await claimers(url, tmp_path, 2, ROWS))


@pytest.mark.postgres
async def test_two_bots_on_one_postgres_claim_and_send_each_row_once(
    postgres: Postgres, tmp_path: Path
) -> None:
    race = await bots(postgres.create(), tmp_path, 2, ROWS)
    assert_once_each(race)
    assert all(race.claimed)  # each bot had its share
