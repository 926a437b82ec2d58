"""What `.dockerignore` lets through, by the rules that Docker reads it with.

Source: docs.docker.com/build/concepts/context/#dockerignore-files and moby/patternmatcher: patterns are Go's
`filepath.Match` plus `**`, rooted at the context; a pattern that names a folder covers all below it; the last
pattern that matches decides; `!` takes back; `#` begins a comment; a slash at either end counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _expression(pattern: str) -> re.Pattern[str]:
    """Go's filepath.Match, and `**` for any number of folders; classes and escapes read the same here."""
    tokens = re.findall(r"\*\*/?|\[[^\]]+\]|\\.|.", pattern)
    return re.compile("".join(MEANING.get(t) or (t if len(t) > 1 else re.escape(t)) for t in tokens))


class Ignored:
    """One `.dockerignore`."""

    def __init__(self, text: str) -> None:
        self._rules: list[tuple[bool, re.Pattern[str]]] = []
        for line in text.removeprefix("\ufeff").splitlines():
            if line.startswith("#") or not line.strip():
                continue
            again, pattern = line.strip().startswith("!"), line.strip().removeprefix("!").strip()
            pattern = str(PurePosixPath(pattern.strip("/")))
            if pattern != ".":
                self._rules.append((again, _expression(pattern)))

    def __call__(self, path: str) -> bool:
        """Whether that path of the context (with slashes, relative) is kept out."""
        upward = [path, *(str(parent) for parent in PurePosixPath(path).parents if str(parent) != ".")]
        out = False
        for again, pattern in self._rules:
            if any(pattern.fullmatch(one) for one in upward):
                out = not again
        return out


def copied(dockerfile: str) -> list[str]:
    """The sources in the context of every COPY and ADD; those of another stage are not in it."""
    joined = re.sub(r"\\[ \t]*\n", " ", "\n".join(_without_comments(dockerfile)))
    found: list[str] = []
    for line in joined.splitlines():
        word, *rest = line.split() or [""]
        if word.upper() in ("COPY", "ADD") and not any(one.startswith("--from=") for one in rest):
            found += [one for one in rest if not one.startswith("--")][:-1]
    return found


def _without_comments(dockerfile: str) -> Iterable[str]:
    return (line for line in dockerfile.splitlines() if not line.lstrip().startswith("#"))
