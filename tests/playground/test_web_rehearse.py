"""The page on which one picks a script and sees what the bot does: the real command, its real lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape

import pytest
import yaml

from bot.playground.web_rehearse import SCRIPTS

from .site import Site, running_site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


def played(page: str) -> list[str]:
    """What the command has said, line by line."""
    inside = page.partition('data-testid="played"')[2].partition(">")[2].partition("</pre>")[0]
    return unescape(inside).strip().splitlines()


async def test_every_script_is_offered(site: Site) -> None:
    page = await site.get("/rehearse")
    names = {path.stem for path in SCRIPTS.glob("*.yaml")}
    assert len(names) == 8
    assert all(f'href="/rehearse/{name}"' in page for name in names)
    assert 'data-testid="played"' not in page
    assert 'href="/rehearse"' in await site.get("/?as=reporter")


async def test_a_script_is_shown_with_the_reminders_that_follow(site: Site) -> None:
    script = SCRIPTS / "team-calendar-deleted.yaml"
    page = await site.get(f"/rehearse/{script.stem}")
    listed = yaml.safe_load(script.read_text(encoding="utf-8"))["bot"]
    *lines, verdict = played(page)
    assert sorted(line for line in lines if line) == sorted(listed)
    assert verdict == "Just as the script lists it."
    assert script.read_text(encoding="utf-8") in unescape(page)
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize("path", ["/rehearse/nobody", "/rehearse/..%2F..%2Fapp", "/rehearse/%2Fetc%2Fpasswd"])
async def test_nothing_else_can_be_played(site: Site, path: str) -> None:
    async with site.http.get(site.slack.url + path) as answer:
        assert answer.status == 404


async def test_other_sites_cannot_start_it(site: Site) -> None:
    address = f"{site.slack.url}/rehearse/team-calendar-deleted"
    async with site.http.get(address, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 403
