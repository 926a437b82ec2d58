"""Three bots on one Postgres: they start at the same moment, and Slack never has to ask them to wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outbox.replicas import rush, together
from tests.store.databases import Postgres

REPORTERS = 5


@pytest.mark.postgres
async def test_three_that_start_together_keep_one_pace(postgres: Postgres, tmp_path: Path) -> None:
    postgres.execute("CREATE DATABASE replicas")
    async with together(tmp_path, postgres.url("replicas"), 3) as (slack, settings):
        found = await rush(slack, settings, REPORTERS)
        messages = [m for c in slack.workspace.channels.values() for m in c.messages.values() if m.metadata]
        ids = [str((m.metadata or {})["event_payload"]["n"]) for m in messages]
    assert found.sent == REPORTERS
    assert found.refused.total() <= 3, found.refused
    assert len(ids) == len(set(ids))
