"""Local Slack: judge a payload by a JSON Schema, fast and in plain words.

The schema is data (`blockkit_schema.json`, from Slack's own types); this module turns it once into nested
functions and runs those. It understands the dozen keywords that the schema uses and refuses to start on any
other, so a schema that is made anew can never be half obeyed. An own evaluator instead of the `jsonschema`
package, because the local Slack runs without the test extras, because it answers a modal in well under a
millisecond (every call of a burst is judged), and because a union is resolved by its `type`, which makes
the messages readable: one sentence with a path, not a tree of alternatives. The tests hold it against
`jsonschema`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "object": (dict, "an object"),
    "array": (list, "an array"),
    "string": (str, "a string"),
    "boolean": (bool, "true or false"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),
}

HANDLED_APART = ("type", "$ref", "anyOf", "additionalProperties")

Json = dict[str, Any]
Value = Any
"""What came in as JSON: anything at all, until a check has looked at it."""
Check = Callable[[Value, str, list[str]], None]
"""Judges a value found at a path and appends what is wrong with it."""


class Shapes:
    """The compiled definitions of one schema document (draft 2020-12, all under `$defs`)."""

    def __init__(self, document: Json) -> None:
        self._definitions: Json = document["$defs"]
        self._compiled: dict[str, Check] = {}
        for name, node in self._definitions.items():
            self._compiled[name] = self.compile(node)

    def check(self, name: str, value: object, path: str) -> list[str]:
        """What is wrong with `value` as the definition `name`; empty when nothing is."""
        problems: list[str] = []
        self._compiled[name](value, path, problems)
        return problems

    def compile(self, node: Json) -> Check:
        """One schema node as a function; raises KeyError for a keyword this module does not know."""
        of_type = _of_type(node["type"]) if "type" in node else None
        base = [KEYWORDS[key](self, node) for key in node if key in ("$ref", "anyOf")]
        narrower = [KEYWORDS[key](self, node) for key in node if key not in HANDLED_APART]

        def run(value: Value, path: str, problems: list[str]) -> None:
            if of_type and (complaint := of_type(value)):
                problems.append(f"{path}: {complaint}")
                return
            before = len(problems)
            for check in base:
                check(value, path, problems)
            if len(problems) == before:  # what is not even the general thing is not measured further
                for check in narrower:
                    check(value, path, problems)

        return run

    def reference(self, node: Json) -> Check:
        name = _name(node["$ref"])
        compiled = self._compiled  # looked up late: definitions refer to one another in circles
        return lambda value, path, problems: compiled[name](value, path, problems)

    def properties(self, node: Json) -> Check:
        """Fields by name; others are refused where the object is closed."""
        fields = {key: self.compile(child) for key, child in node["properties"].items()}
        closed = node.get("additionalProperties") is False

        def run(value: Value, path: str, problems: list[str]) -> None:
            for key, child in value.items():
                if check := fields.get(key):
                    check(child, f"{path}.{key}" if path else key, problems)
                elif closed:
                    problems.append(f"{path}.{key}: not a field of this object")

        return run

    def items(self, node: Json) -> Check:
        each = self.compile(node["items"])

        def run(value: Value, path: str, problems: list[str]) -> None:
            for index, child in enumerate(value):
                each(child, f"{path}[{index}]", problems)

        return run

    def any_of(self, node: Json) -> Check:
        """A union: the branches whose `type` is the value's; of several, the one that complains least."""
        branches = [(self._types(branch), self.compile(branch)) for branch in node["anyOf"]]
        known = sorted(set().union(*(types for types, _ in branches)))
        by_type = {name: [check for types, check in branches if name in types] for name in known}
        untyped = [check for types, check in branches if not types]

        def run(value: Value, path: str, problems: list[str]) -> None:
            kind = value.get("type") if isinstance(value, dict) else None
            candidates = untyped + (by_type.get(kind, []) if isinstance(kind, str) else [])
            if candidates:
                problems.extend(_fewest(candidates, value, path))
            else:
                problems.append(f"{path}.type: {kind!r} is not one of {', '.join(known)}")

        return run

    def _types(self, node: Json) -> frozenset[str]:
        """The values of `type` that a union's branch stands for; empty where it does not say."""
        if "$ref" in node:
            return self._types(self._definitions[_name(node["$ref"])])
        if "anyOf" in node:
            return frozenset().union(*(self._types(branch) for branch in node["anyOf"]))
        constant = node.get("properties", {}).get("type", {}).get("const")
        return frozenset((constant,)) if constant else frozenset()


def _fewest(candidates: Iterable[Check], value: object, path: str) -> list[str]:
    """The problems of the branch that fits best: of the right `type` first, then with the fewest problems."""
    outcomes: list[list[str]] = []
    for check in candidates:
        problems: list[str] = []
        check(value, path, problems)
        if not problems:
            return []
        outcomes.append(problems)
    return min(outcomes, key=lambda found: (any(".type: " in problem for problem in found), len(found)))


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _of_type(name: str) -> Callable[[object], str | None]:
    python_type, words = TYPES[name]
    numeric = name in ("integer", "number")

    def complain(value: object) -> str | None:
        if isinstance(value, python_type) and not (numeric and isinstance(value, bool)):
            return None
        return f"{words} is needed, not {value!r:.60}"

    return complain


def _required(_: Shapes, node: Json) -> Check:
    names = tuple(node["required"])

    def run(value: Value, path: str, problems: list[str]) -> None:
        for name in names:
            if name not in value:
                problems.append(f"{path}.{name}: missing" if path else f"{name}: missing")

    return run


def _one_of(allowed: tuple[object, ...]) -> Check:
    def run(value: Value, path: str, problems: list[str]) -> None:
        if value not in allowed:
            problems.append(f"{path}: {value!r} is not one of {', '.join(map(str, allowed))}")

    return run


def _pattern(_: Shapes, node: Json) -> Check:
    expression = re.compile(node["pattern"])

    def run(value: Value, path: str, problems: list[str]) -> None:
        if not expression.fullmatch(value):
            problems.append(f"{path}: {value!r} does not have the form {expression.pattern}")

    return run


def _bound(keyword: str, size: Callable[[Any], Any], unit: str) -> Callable[[Shapes, Json], Check]:
    """A keyword that limits a size from below (`min…`) or from above (`max…`)."""
    at_most = keyword.startswith("max")

    def build(_: Shapes, node: Json) -> Check:
        limit = node[keyword]

        def run(value: Value, path: str, problems: list[str]) -> None:
            found = size(value)
            if found > limit if at_most else found < limit:
                problems.append(f"{path}: {found}{unit}, {limit} at {'most' if at_most else 'least'}")

        return run

    return build


KEYWORDS: dict[str, Callable[[Shapes, Json], Check]] = {
    "$ref": Shapes.reference,
    "properties": Shapes.properties,
    "items": Shapes.items,
    "anyOf": Shapes.any_of,
    "required": _required,
    "const": lambda _, node: _one_of((node["const"],)),
    "enum": lambda _, node: _one_of(tuple(node["enum"])),
    "pattern": _pattern,
    "minLength": _bound("minLength", len, " characters"),
    "maxLength": _bound("maxLength", len, " characters"),
    "minItems": _bound("minItems", len, " items"),
    "maxItems": _bound("maxItems", len, " items"),
    "minProperties": _bound("minProperties", len, " fields"),
    "minimum": _bound("minimum", lambda number: number, ""),
    "maximum": _bound("maximum", lambda number: number, ""),
}
