"""What a PDF that Chromium prints shows, page by page: as much of the format as that needs (ISO 32000-1).

Chromium writes its objects in plain sight and its text as glyph numbers; each font says what they stand for.
"""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
FONT_OR_TEXT = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(\bET\b)")
CHAR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\r?\n")
RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>")
Glyphs = dict[int, str]


def pages(made: bytes) -> list[str]:
    """The text of each page, in order; a space wherever a run of text ends."""
    objects = {int(m[1]): m[2] for m in OBJECT.finditer(made)}
    drawn = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [_text(body, objects) for body in drawn]


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _text(page: bytes, objects: dict[int, bytes]) -> str:
    fonts = {m[1]: _glyphs(objects[int(m[2])], objects) for m in re.finditer(rb"/(F\d+) (\d+) 0 R", page)}
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents is not None
    said, font = "", Glyphs()
    for name, glyphs, ended in FONT_OR_TEXT.findall(_stream(objects[int(contents[1])])):
        font = fonts[name] if name else font
        said += "".join(font.get(int(glyphs[i : i + 4], 16), "") for i in range(0, len(glyphs), 4))
        said += " " if ended else ""
    return said


def _glyphs(font: bytes, objects: dict[int, bytes]) -> Glyphs:
    """Glyph number -> character, from the font's own table."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if table is None:
        return {}
    lines = _stream(objects[int(table[1])])
    found = {int(m[1], 16): bytes.fromhex(m[2].decode()).decode("utf-16-be") for m in CHAR.finditer(lines)}
    for m in RANGE.finditer(lines):
        first, last, start = (int(m[n], 16) for n in (1, 2, 3))
        found |= {first + n: chr(start + n) for n in range(last - first + 1)}
    return found
