"""logs: one JSON object a line on standard error. Ids and words of the code, never what people typed."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "taskName"}
# Libraries whose DEBUG (in places INFO) lines hold message texts or whole bodies (reliability.md V4, V10).
QUIET = {
    "slack_sdk": logging.INFO,
    "slack_bolt": logging.ERROR,
    "aiohttp": logging.WARNING,
    "apscheduler": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
}


class JsonLines(logging.Formatter):
    """Escapes everything, so that no value can forge a line; a fault keeps its places, not its values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {k: v for k, v in record.__dict__.items() if k not in PLAIN}
        if record.exc_info and record.exc_info[1]:
            line["fault"] = type(record.exc_info[1]).__name__
            line["where"] = _where(record.exc_info[1])
        return json.dumps(line, default=str)


def _where(fault: BaseException) -> list[str]:
    """File and line of each step, innermost last: the message of a fault could hold what somebody typed."""
    steps, at = [], fault.__traceback__
    while at is not None:
        steps.append(f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    return steps[-8:]


def configure(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))
