"""What the start has made is not looked through for garbage again: it would stop the event loop."""

from __future__ import annotations

import gc

from bot.cli import settle_memory


def test_a_collection_after_the_start_looks_at_next_to_nothing() -> None:
    before = len(gc.get_objects())
    settle_memory()
    try:
        assert gc.get_freeze_count() > before / 2
        assert len(gc.get_objects()) < before / 10
    finally:
        gc.unfreeze()
