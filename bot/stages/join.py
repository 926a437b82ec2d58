"""Whoever was asked along joins: from here on they can read along, and have a page of their own (5.1)."""

from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import live

STAGE = Stage(key="join", event=What.JOINED, action="join", applies=live)
