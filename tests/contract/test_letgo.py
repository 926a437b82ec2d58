"""The last page and the last reminder say the same kind words, and name who listens (product.md 1.3 S13)."""

from __future__ import annotations

from bot.guide import showing
from bot.guide.flow import Spot
from bot.guide.outcome import Shown
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.slack.compose import compose
from bot.store.posts import Post
from tests.contract.records import NOW, emptiest

LISTENS = "somebody will listen: https://example.org/support"
HUMAN = "You are human, and it happens to every one of us."


def test_on_the_page(work: Work) -> None:
    screen = showing.shown(work, emptiest("closed"), "UR", Spot("letgo"))
    assert isinstance(screen, Shown)
    assert LISTENS in screen.facts["let_go"]
    assert HUMAN in screen.facts["let_go"]


def test_in_the_message(work: Work) -> None:
    post = Post(tenant="T1", incident="1", kind="letgo", ordinal=1, recipient="UR", due_at=NOW, data={})
    made = compose(work.store, [post], emptiest("closed"), Moment(NOW, work.policy))
    assert LISTENS in made["text"]
    assert HUMAN in made["text"]
