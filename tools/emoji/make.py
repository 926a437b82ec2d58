"""Make bot/slack/emoji.txt anew: npm pack emoji-datasource@VERSION, unpack, make.py VERSION emoji.json."""

import json
import sys
from pathlib import Path

HEAD = """\
# Emoji by their names in Slack; * after one that takes a skin tone. Made by tools/emoji/make.py from
# emoji-datasource {} (github.com/iamcal/emoji-data, as Slack's clients have it), MIT, (c) 2013 Cal Henderson.
"""


def character(unified: str) -> str:
    return "".join(chr(int(code, 16)) for code in unified.split("-"))


def main(version: str, source: str) -> None:
    rows: dict[str, str] = {}
    for emoji in json.loads(Path(source).read_text(encoding="utf-8")):
        plain = character(emoji["unified"])
        tones = {t: v for t, v in emoji.get("skin_variations", {}).items() if "-" not in t}
        for tone, shown in tones.items():  # the one rule of bot.slack.typed
            made = plain[0] + character(tone) + plain[1:].removeprefix("\ufe0f")
            if character(shown["unified"]) != made:
                sys.exit(f"{emoji['short_name']} takes its skin tone otherwise")
        for name in emoji["short_names"]:
            rows.setdefault(name, f"{name} {plain}{'*' if tones else ''}\n")
    target = Path(__file__).parents[2] / "bot" / "slack" / "emoji.txt"
    target.write_text(HEAD.format(version) + "".join(rows[name] for name in sorted(rows)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
