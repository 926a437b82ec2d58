"""The image can be built and holds what the bot needs; Compose hands it every setting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from tests.image.ignored import Ignored, copied

ROOT = Path(__file__).resolve().parents[2]
IGNORED = Ignored((ROOT / ".dockerignore").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def files(top: Path) -> list[str]:
    """The files in or at that place, as paths of the context; what Python leaves behind is none of ours."""
    found = [top] if top.is_file() else [one for one in top.rglob("*") if one.is_file()]
    return [one.relative_to(ROOT).as_posix() for one in found if "__pycache__" not in one.parts]


def environment() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = compose["services"]["screwedup"]["environment"]
    return found


def of_the_image() -> dict[str, str]:
    """What the Dockerfile's ENV says."""
    said = re.sub(r"\\\n", " ", DOCKERFILE)
    lines = [line for line in said.splitlines() if line.startswith("ENV ")]
    return {name: value for line in lines for name, value in re.findall(r"(\w+)=(\S+)", line)}


def in_the_readme() -> set[str]:
    """The variables of the README's table of settings."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


@pytest.mark.parametrize("source", copied(DOCKERFILE))
def test_what_the_image_copies_reaches_the_builder(source: str) -> None:
    assert files(ROOT / source), f"{source} isn't in the repository"
    assert [path for path in files(ROOT / source) if IGNORED(path)] == []


def test_nothing_else_reaches_the_builder() -> None:
    sent = {top.name for top in ROOT.iterdir() if not IGNORED(top.name)}
    assert sent == {source.split("/")[0] for source in copied(DOCKERFILE)}


def test_what_is_no_part_of_the_bot_stays_away() -> None:
    for path in (".env", "data/screwedup.db", ".git/config", ".venv/bin/python", "bot/__pycache__/cli.pyc",
                 "bot/slack/__pycache__/edge.cpython-311.pyc", "tests/house.py", "policy.toml"):  # fmt: skip
        assert IGNORED(path), path


def test_the_files_that_the_code_opens_beside_itself_are_in_the_image() -> None:
    assert {"app.py", "manifest.yaml", "templates", "migrations", "bot"} <= set(copied(DOCKERFILE))


def test_compose_passes_every_setting() -> None:
    assert in_the_readme() == {name.upper() for name in Settings.__dataclass_fields__}
    assert set(environment()) == in_the_readme()


def test_what_the_image_sets_is_not_taken_out_by_compose() -> None:
    """A name without a value is removed from the container (docs.docker.com/reference/compose-file/services,
    `environment`), and the image's own value with it.
    """
    image, given = of_the_image(), environment()
    assert {"HOST", "DATABASE_URL", "HEARTBEAT_FILE"} <= set(image)
    for name in set(image) & set(given):
        assert given[name] == f"${{{name}:-{image[name]}}}", name
    assert {name: value for name, value in given.items() if name not in image and value} == {}


@pytest.mark.parametrize(
    ("text", "path", "out"),
    [
        ("*", "manifest.yaml", True),
        ("*\n!manifest.yaml", "manifest.yaml", False),
        ("*\n!bot", "bot/slack/edge.py", False),
        ("*\n!bot\n**/__pycache__", "bot/slack/__pycache__/a.pyc", True),
        ("!bot\n*", "bot/cli.py", True),  # the last one decides
        ("*\n!/bot/", "bot/cli.py", False),
        ("*.yaml", "docs/a.yaml", False),  # rooted
        ("**/*.yaml", "docs/a.yaml", True),
        ("**/*.yaml", "a.yaml", True),
        ("docs", "docs/a/b.md", True),
        ("docs/*/b.md", "docs/a/b.md", True),
        ("docs/*", "docsy", False),
        ("# *\n\nbot", "app.py", False),
        ("a?c", "abc", True),
        ("[ab].txt", "b.txt", True),
        ("a.b", "axb", False),
    ],
)
def test_the_rules_of_dockerignore(text: str, path: str, out: bool) -> None:
    assert Ignored(text)(path) is out


def test_every_copy_is_seen() -> None:
    text = (
        "FROM a\nCOPY --from=b /x /y\n# COPY no /z\ncopy --chown=1:1 one two \\\n  three /to/\nADD four /to\n"
    )
    assert copied(text) == ["one", "two", "three", "four"]
