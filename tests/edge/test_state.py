"""A submit and a keystroke that carry the state of another page: it is neither saved nor kept as a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import NotFound, Refused
from bot.slack import errors
from tests.edge.acts import deliver, rows, submission, text_of, to_page, typing
from tests.house import House

CANARY = "canary-of-another-page"


async def test_another_page_s_state_is_neither_saved_nor_kept(house: House, tmp_path: Path) -> None:
    await to_page(house, "assess")
    made = submission(house, house.reporter)
    values = made["view"]["state"]["values"]
    (own,) = values["q1_mistake"]
    foreign = {"type": "plain_text_input", "value": CANARY}
    values["q1_mistake"] = {own.replace("assess", "own"): foreign}
    values["affected"] = {own + "x": foreign}
    assert "q1_mistake" in (await deliver(house, made)).body["errors"]  # type: ignore[index]
    assert CANARY not in text_of({"all": [list(r) for r in rows(tmp_path, "SELECT * FROM drafts")]})


async def test_a_keystroke_in_another_page_is_not_kept(house: House, tmp_path: Path) -> None:
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 0.5
    await to_page(house, "assess")
    made = typing(house, house.reporter, "q1_mistake", CANARY)
    (own,) = made["view"]["state"]["values"]["q1_mistake"]
    foreign = own.replace(".assess.", ".open.")
    made["actions"][0]["action_id"] = foreign
    made["view"]["state"]["values"]["q1_mistake"] = {foreign: {"type": "plain_text_input", "value": CANARY}}
    await deliver(house, made)
    assert CANARY not in text_of({"all": [list(r) for r in rows(tmp_path, "SELECT * FROM drafts")]})


@pytest.mark.parametrize("refused", [Refused("not_known_yet"), NotFound("page", "U1")])
async def test_a_keystroke_that_is_refused_is_neither_acknowledged_nor_a_fault(
    refused: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await errors.unanswered(refused)).status == 403
    assert caplog.records == []
