"""What people type, and every secret, stays out of the logs, even at DEBUG and while everything breaks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.crash.rig import rigged, until
from tests.edge.acts import deliver, submission, typing, walk_on

CANARY = "canary-7d1c"


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_nothing_typed_is_ever_logged(tmp_path: Path, transport: str) -> None:
    """A canary in every field and token, LOG_LEVEL=DEBUG, a broken Slack, forged and refused payloads."""
    async with rigged(tmp_path, transport, LOG_LEVEL="DEBUG") as rig:
        slack, rina, bert = rig.slack, rig.slack.person("reporter"), rig.slack.person("boss")
        slack.expect(
            *("operation_timeout", "http_service_error", "invalid_trigger_id", "not_found", "dispatch_failed")
        )
        slack.ack_timeout = 0.5
        await rina.command("/screwedup", f"{CANARY} was sent to the wrong client")
        await rina.wait_modal()
        await walk_on(rina, "assess")
        for field in ("q1_mistake", "affected"):
            await rina.fill(field, f"{CANARY} {field}")
        slack.faults.add(method="chat.update", kind="500")
        await walk_on(rina, "send")
        slack.faults.clear()
        for forged in (
            submission(rig, rina, private_metadata=CANARY),
            submission(rig, rina, callback_id=CANARY),
            {**submission(rig, rina), "view": None, "type": CANARY},
            {**typing(rig, rina, "text", CANARY), "actions": [{"action_id": CANARY, "value": CANARY}]},
            {**typing(rig, rina, "text", CANARY), "actions": CANARY},
        ):
            await deliver(rig, forged)
        await until(lambda: len(rina.stack) > 1)  # words about what was not found, over the page
        while len(rina.stack) > 1:
            await rina.close_modal()
        await rina.fill("text", f"Hello Bert. {CANARY} in the text that goes out to you, word for word.")
        assert (await rina.submit()).action == "update"
        await until(lambda: bert.dm and rina.dm and "Sent to" in rina.dm[0].text)
        await bert.say(bert.dm[0].channel, f"{CANARY} back to you")
        await until(lambda: any("back to you" in m.text for m in rina.dm))
        await rig.kill()
        log = rig.log.read_text()
        assert "debug" in log
        for secret in (CANARY, slack.bot_token, slack.app_token, slack.signing_secret, "ticket="):
            assert secret not in log, next(line for line in log.splitlines() if secret in line)[:300]
        for line in log.splitlines():
            json.loads(line)  # one object a line, whatever a value holds


async def test_oauth_variables_in_the_environment_change_nothing(tmp_path: Path) -> None:
    """With SLACK_CLIENT_ID and _SECRET set, Bolt would switch to OAuth and ignore the token (facts 11)."""
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_SCOPES": "commands"}
    async with rigged(tmp_path, "http", **oauth) as rig:
        rina = rig.slack.person("reporter")
        assert (await rina.command("/screwedup", "I sent it to the wrong client")).ok
        await rina.wait_modal()
        assert not [path for path in os.listdir(tmp_path) if "oauth" in path.lower()]
