"""domain: the wording check. Soft, private hints with a better phrase; never a block (product.md 5.4).

Everything it knows is data: `WORDS` by family with `ADVICE`, `ONLY_IN` and `SORRIES` by where the text goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Sink = Literal["boss", "client", "issue", "update", "after", "team", "writeup", "private", "template"]

# A trailing * matches any ending; words match whole, in any case, across line breaks.
WORDS: Mapping[str, tuple[str, ...]] = {
    "blame": (
        "at fault", "your fault", "his fault", "her fault", "their fault", "to blame", "blame", "blamed",
        "culprit", "guilty", "offender", "responsible party", "who did this", "human error", "user error",
        "operator error", "negligen*",
    ),
    "character": (
        "careless", "reckless", "sloppy", "lazy", "stupid", "idiot*", "incompeten*", "clumsy", "thoughtless",
        "unprofessional", "irresponsible",
    ),
    "hindsight": (
        "should have", "shouldn't have", "could have", "would have", "ought to", "failed to", "neglected to",
        "forgot to", "didn't bother", "if only", "obvious", "obviously", "simply", "just had to",
        "why didn't",
    ),
    "shame": ("embarrassing", "shameful", "inexcusable", "unforgivable", "disgrace", "screw*", "fuck*"),
    "non-apology": (
        "sorry if", "sorry but", "sorry you feel", "any inconvenience", "mistakes were made", "unfortunately",
        "regrettabl*", "to be honest", "rest assured",
    ),
    "spin": ("minor glitch", "hiccup", "only a few", "just a", "isolated", "no harm done"),
    "self-focus": ("I feel terrible", "my job", "devastated", "mortified"),
    "liability": (
        "liable", "liability", "admit", "breach of contract", "compensate you fully", "we accept",
        "guarantee", "never again", "100 %", "will never happen", "we promise",
    ),
    "panic": (
        "oops", "uh-oh", "yikes", "don't panic", "ASAP", "URGENT", "disaster", "catastroph*", "!!",
        "🔥", "🤦", "😱",
    ),
    "deflecting": (
        "but they", "because they", "because he", "because she", "was told to", "not my", "nobody told",
    ),
}  # fmt: skip

ADVICE: Mapping[str, str] = {
    "blame": "What happened helps more than who. For example: “the step had no second check”.",
    "character": "Say what was done, not what somebody is like. For example: “we sent it before the check”.",
    "hindsight": "Nobody knew then what you know now. For example: “next time the form shows it”.",
    "shame": "You need not be this hard on anybody. For example: “this is serious, and we are on it”.",
    "non-apology": "A plain sorry is stronger. For example: “I am sorry. We sent your file elsewhere.”",
    "spin": "A number says it better, once it is checked. For example: “we know of three orders so far”.",
    "self-focus": "They need to hear about their side first. For example: “this is what it means for you”.",
    "liability": "This may promise more than you can keep. For example: “you hear from me by 15:00”.",
    "panic": "A calm word carries further. For example, name the time: “by 15:00”.",
    "deflecting": "The plain version is enough; reasons can come later. For example: “I sent the old file”.",
    "hours": "That is outside working hours. If you will be there, it stands; if not, give them another.",
    "night": "It is night where they are then. Their morning may suit them better.",
    "two times": "One stands in your text, the other is what I remind you of. Which one do they wait for?",
    "emoji": "To them an emoji can look light. Words are safer. For example: “thank you for waiting”.",
    "long": "A long sentence is hard to hear. Two short ones say the same.",
    "sorry": "One sorry is enough here. What happens next says the rest.",
    "sorry-after": "The last sorry has been said. Thanks and facts are enough now.",
    "passive": "Say who did it: “we sent the file” instead of “the file was sent”.",
    "person": "A role is enough in the write-up. For example: “the handler” instead of a name.",
}

TO_CLIENT = frozenset({"client", "issue", "update", "after"})
EVERYWHERE = frozenset({"boss", "team", "writeup", "template"}) | TO_CLIENT
ONLY_IN: Mapping[str, frozenset[str]] = {  # families not named here are looked for everywhere but in private
    "self-focus": TO_CLIENT | {"template"},
    "deflecting": frozenset({"boss", "issue"}),
}
SORRIES: Mapping[str, int] = {"client": 2, "issue": 1, "update": 1, "after": 0}  # sentences (product.md 1.1)
LONGEST = 25  # words in a sentence
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
SORRY = re.compile(r"\b(?:sorry|apolog\w+)\b", re.IGNORECASE)
PASSIVE = re.compile(
    r"\b(?:was|were|been|being|is being|got)\s+(?:\w+ly\s+)?"
    r"(?:\w{2,}ed|sent|made|done|lost|put|paid|given|taken|shown|told|written|left|set|overwritten|sold)\b"
    r"(?!\s+(?:by|to us)\b)",
    re.IGNORECASE,
)
# Pictographs with their joiners, skin tones and keycaps, and Slack's names for them (`:pray:`, `:+1:`).
EMOJI = re.compile(
    r"(?:[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]|[#*0-9]\ufe0f?\u20e3)"
    r"(?:[\u200d\ufe0f\u20e3\u2600-\u27bf\U0001f000-\U0001faff])*"
    r"|(?<![\w:]):(?:[+-]1|[a-z][a-z0-9_+-]*):(?!\w)"
)
NEGATIVE = r"(?:broke|caus|delet|fail|forg|ignor|lose|losing|lost|mess|miss|overlook|skip|wip)\w*"


@dataclass(frozen=True, slots=True)
class Hint:
    """One kind remark: the words it is about, in order of appearance, and a better phrase."""

    family: str
    matched: tuple[str, ...]
    better: str


def check(
    text: str, sink: Sink, *, words: Mapping[str, Sequence[str]] = WORDS, names: Iterable[str] = ()
) -> tuple[Hint, ...]:
    """Hints for a text that goes to `sink`, one a family; none at all for private text.

    `names`: people who may not stand beside a negative verb (looked for in write-ups). Never raises.
    """
    if sink == "private":
        return ()
    found = [
        *(
            (family, _listed(text, tuple(listed)))
            for family, listed in words.items()
            if _wanted(family, sink)
        ),
        ("long", tuple(_long_sentences(text))),
        ("sorry-after" if sink == "after" else "sorry", _sorries(text, sink)),
        ("emoji", tuple(_emoji(text, words.get("panic", ()))) if sink in TO_CLIENT else ()),
        ("passive", tuple(m.group() for m in PASSIVE.finditer(text)) if sink == "issue" else ()),
        ("person", tuple(_blamed(text, names)) if sink == "writeup" else ()),
    ]
    return tuple(Hint(f, matched, ADVICE.get(f, ADVICE["blame"])) for f, matched in found if matched)


def _wanted(family: str, sink: Sink) -> bool:
    return sink in ONLY_IN.get(family, EVERYWHERE)


@cache
def _pattern(listed: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, listed)), re.IGNORECASE)


def _one(entry: str) -> str:
    """`"negligen*"` -> a pattern for whole words; signs and emoji match wherever they stand."""
    body = re.escape(entry.rstrip("*")).replace(r"\ ", r"\s+").replace("'", "['’]").replace(r"\s+%", r"\s*%")
    start = r"(?<!\w)" if entry[0].isalnum() else ""
    end = r"\w*" if entry.endswith("*") else r"(?!\w)" if entry[-1].isalnum() else ""
    return f"{start}{body}{end}"


def _listed(text: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    matches = (m.group() for m in _pattern(listed).finditer(text)) if listed else iter(())
    return tuple(dict.fromkeys(matches))


def _emoji(text: str, remarked: Sequence[str]) -> Iterator[str]:
    """Each once, without those that a list of words has been remarked on for."""
    found = dict.fromkeys(m.group() for m in EMOJI.finditer(text))
    return (emoji for emoji in found if not set(emoji) & set(remarked))


def sentences(text: str) -> Iterator[str]:
    """Sentences, and lines, without the spaces around them."""
    return (s for s in (m.group().strip() for m in SENTENCE.finditer(text)) if s)


def _long_sentences(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        spoken = sentence.split()
        if len(spoken) > LONGEST:
            yield " ".join(spoken[:6]) + " …"


def _sorries(text: str, sink: Sink) -> tuple[str, ...]:
    """The sentences that apologise, where there are more than this text may have."""
    found = tuple(s for s in sentences(text) if SORRY.search(s))
    return found if len(found) > SORRIES.get(sink, len(found)) else ()


def _blamed(text: str, names: Iterable[str]) -> Iterator[str]:
    """Names within four words before a negative verb."""
    for name in names:
        close = (
            re.search(rf"{re.escape(name)}\W+(?:\w+\W+){{0,3}}?{NEGATIVE}", text, re.IGNORECASE)
            if name
            else None
        )
        if close:
            yield close.group()
