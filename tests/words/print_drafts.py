"""Print every draft for every case, to be read by a person; `--write` renews the golden files after that.

python -m tests.words.print_drafts [--write] [name …]
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from bot.words.drafts import DRAFTS, draft
from bot.words.writeup import writeup_markdown
from tests.words.cases import PRINT, Case
from tests.words.incidents import NAMES, ORG, TZ, every, incident

GOLDEN = Path(__file__).parent / "golden"


AFTERWARDS = frozenset(
    {"client_fixed", "debrief_invite", "review_invite", "final_apology_closing", "prevention_letter"}
    | {"billing_note", "all_clear", "let_go", "recurrence_note"}
)


def drafts(case: Case, several: bool, kind: str) -> str:
    """All drafts of one variant for its first party, one under the other, each at its own moment."""
    parts = []
    for key in DRAFTS:
        minutes = case.end if key in AFTERWARDS else case.now
        made = draft(
            key,
            incident(case, several=several, kind=kind, until=minutes),
            party="C1",
            names=NAMES,
            org=ORG,
            reader_tz=TZ,
            now=case.start + timedelta(minutes=minutes),
            extra={"default_currency": "EUR", **case.extra},
        )
        subject = f"Subject: {made.subject}\n\n" if made.subject else ""
        parts.append(f"=== {key} ===\n\n{subject}{made.text}\n")
    return "\n".join(parts)


def markdown() -> str:
    """The write-up of one case, as read and agreed."""
    now = PRINT.start + timedelta(minutes=PRINT.end)
    case = incident(PRINT, several=False, kind="client")
    return writeup_markdown(case, names=NAMES, tz=TZ, now=now, final=False)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    parser.add_argument("--write", action="store_true", help="renew the golden files")
    options = parser.parse_args(arguments)
    for name, case, several, kind in every():
        if options.names and name not in options.names:
            continue
        text = drafts(case, several, kind)
        if options.write:
            GOLDEN.mkdir(exist_ok=True)
            (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
        sys.stdout.write(f"##### {name}\n\n{text}\n")
    if options.write:
        (GOLDEN / "writeup.md").write_text(markdown(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
