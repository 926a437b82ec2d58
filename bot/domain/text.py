"""domain: what anyone types, without what no one can see or no database can take.

Invisible characters make an empty answer look like one, hide a command, and turn the sentences around them:
an unclosed U+202E reverses whatever comes after it (unicode.org/reports/tr9, 2.1 to 2.3). What writing needs
stays: joiners inside Persian, Hindi and emoji sequences, direction marks between letters, variation selectors
after a character, tags in a flag (unicode.org/reports/tr51, appendix C).
"""

from __future__ import annotations

import re
import unicodedata

BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
GONE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls, but for tab and line feed
    "\xad\u034f\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u206f\ufeff\ufff0-\ufffc"  # no width, fillers
    "\u202a-\u202e"  # embeddings and overrides (the isolates are among \u2060-\u206f)
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # halves, and what is no character
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
BLANK = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0\U0001d159", " "))  # drawn as nothing
TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0020-\U000e007f]")
JOINERS = "\u061c\u200c-\u200f"
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
LEFTWARDS = "\u0590-\u08ff"  # scripts from right to left, where a mark after a word says which way it goes on
STRAY = re.compile(
    rf"(?<!\S)[{JOINERS}{SELECTORS}]+|(?<![{LEFTWARDS}{JOINERS}])[{JOINERS}][{JOINERS}{SELECTORS}]*(?!\S)"
    rf"|(?<=[!-~])[{JOINERS}{SELECTORS}]+(?=[!-~])|(?<=[A-Za-z])[{SELECTORS}]+"
)
WHITE, MARK = "ZC", "M"  # general categories; Cn and Co may be newer than we are, or a font's own


def clean(text: str) -> str:
    """The text as it was seen, line breaks as line feeds; "" where nothing could be seen."""
    if not (text.isascii() and text.isprintable()):
        text = GONE.sub("", BREAKS.sub("\n", text)).translate(BLANK)
        text = STRAY.sub("", TAGS.sub(lambda found: found[1] or "", text))
    return text if any(map(_visible, text)) else ""


def _visible(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] not in WHITE + MARK or kind in ("Cn", "Co")
