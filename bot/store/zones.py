"""store: zone names come from Slack and may be anything; the planner gets only ones that exist."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def known_zone(name: str) -> str:
    """The name, if the time zone database knows it, else ""."""
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
