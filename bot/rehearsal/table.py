"""rehearsal: the YAML of a script: a table of known keys, each once, and on which line everything stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import yaml

Places = Mapping[str, Sequence[int]]
"""Key -> the lines of the file, from 1, on which the items of its list stand; without any, the key's."""


class ScriptError(ValueError):
    """A script cannot be read; says where and why."""


class _Loader(yaml.SafeLoader):
    """Says on which line a value stands that can't be one, such as 2020-13-45."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401
        try:
            return super().construct_object(node, deep)
        except ScriptError:
            raise
        except ValueError as error:
            where = node.start_mark.line + 1
            raise ScriptError(f"not a YAML file: {error} (line {where})") from error


def read(text: str, keys: Sequence[str]) -> tuple[dict[str, Any], Places]:
    """The table, and where the items of its lists stand. Raises: ScriptError."""
    try:
        for event in yaml.parse(text, yaml.SafeLoader):
            if isinstance(event, yaml.NodeEvent) and event.anchor and event.start_mark:
                where = event.start_mark.line + 1
                raise ScriptError(f"a script has no anchors (&name) or aliases (*name) (line {where})")
        tree, node = _Loader(text).get_single_data(), yaml.compose(text, yaml.SafeLoader)
    except ScriptError:
        raise
    except RecursionError as error:
        raise ScriptError("not a script: it is nested too deeply (line 1)") from error
    except yaml.reader.ReaderError as error:
        where = text.count("\n", 0, error.position) + 1
        raise ScriptError(
            f"not a YAML file: {error.reason}: #x{error.character:04x} (line {where})"
        ) from error
    except yaml.YAMLError as error:
        raise ScriptError(f"not a YAML file: {error}") from error
    if not isinstance(tree, dict) or not isinstance(node, yaml.MappingNode):
        raise ScriptError("a script is a table with start, level, do … (line 1)")
    return tree, _places(node, keys)


def _places(node: yaml.MappingNode, keys: Sequence[str]) -> dict[str, list[int]]:
    """Where the items of each list stand. ScriptError: a key that isn't one, or is given twice."""
    first: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in first:
            raise ScriptError(f"{name} is given twice (lines {first[name]} and {line})")
        if name not in keys:
            near = difflib.get_close_matches(name, keys, 1)
            known = f"did you mean {near[0]}?" if near else f"a script has {', '.join(keys)}"
            raise ScriptError(f"{name!r} is no key of a script; {known} (line {line})")
        first[name] = line
        items = value.value if isinstance(value, yaml.SequenceNode) else ()
        places[name] = [item.start_mark.line + 1 for item in items] or [line]
        _once(value)
    return places


def _once(node: yaml.Node) -> None:
    """ScriptError: a table further in has a key twice."""
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        twice = next((key for key, _ in node.value if names.count(str(key.value)) > 1), None)
        if twice is not None:
            raise ScriptError(f"{twice.value} is given twice in one table (line {twice.start_mark.line + 1})")
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in item if isinstance(item, tuple) else (item,):
            _once(part)


@contextmanager
def on_line(places: Places, key: str) -> Iterator[None]:
    """Whatever is wrong with the value of that key is said with its line: the first where there is no such
    key. Raises: ScriptError.
    """
    try:
        yield
    except ScriptError as error:
        where = places.get(key, (1,))[0]
        raise ScriptError(f"{error} (line {where})") from error


def lines_of(tree: Mapping[str, Any], key: str, places: Places) -> list[str]:
    """The lines of `do` or `bot`. Raises: ScriptError."""
    lines = tree.get(key)
    if not isinstance(lines, list):
        with on_line(places, key):
            raise ScriptError(f"{key}: must be a list of lines, [] for none")
    for number, line in zip(places[key], lines, strict=False):
        if not isinstance(line, str):
            raise ScriptError(f"{key}: line {number} must be text, with a time first")
    return lines
