"""Slack's text as HTML: what it means, and that nothing in it can become HTML of its own."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.clock import Clock
from bot.playground.manifest import Manifest
from bot.playground.people import furnish
from bot.playground.web_emoji import character, with_emoji
from bot.playground.web_text import Reader, ago, rich_leaves

from .tinybolt import MANIFEST

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ALLOWED = {
    "a": {"href", "target", "rel"},
    "span": {"class"},
    "time": {"title"},
    **{tag: set() for tag in ("strong", "em", "s", "u", "code", "pre", "br", "blockquote")},
}


@pytest.fixture
def reader() -> Reader:
    """Bert in Stockholm, where it is half past ten."""
    workspace, _ = furnish(Clock(), Manifest.read(MANIFEST))
    return Reader(workspace, workspace.people["U000BERT"], NOW)


MEANT = {
    "*bold* _slanted_ ~gone~": "<strong>bold</strong> <em>slanted</em> <s>gone</s>",
    "*_both_*": "<strong><em>both</em></strong>",
    "2 * 3 * 4 and snake_case_name": "2 * 3 * 4 and snake_case_name",
    "`a *b*`": "<code>a *b*</code>",
    "```x = 1\n*y*```": "<pre>x = 1\n*y*</pre>",
    "one\ntwo": "one<br>two",
    "&gt; quoted\n&gt; again\nafter": "<blockquote>quoted<br>again</blockquote>after",
    "a &amp; b &lt;c&gt;": "a &amp; b &lt;c&gt;",
    "&amp;lt;": "&amp;lt;",
    "<@U000BERT>": '<span class="mention mine">@Bert Lindqvist</span>',
    "<@U000RINA|rina>": '<span class="mention">@Rina Okafor</span>',
    "<@UNOBODY>": '<span class="mention">@UNOBODY</span>',
    "<#C000ROOM2>": '<span class="mention">#delivery</span>',
    "<#C000ROOM3|leads>": '<span class="mention">#leads</span>',
    "<!here>": '<span class="mention">@here</span>',
    "<https://example.com/?a=1&amp;b=2|see *this*>": (
        '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">see *this*</a>'
    ),
    "<javascript:alert(1)|press>": "press",
    "<!date^1795253400^{time}|then>": '<time title="Saturday, 21 November 2026, 10:30 CET">10:30</time>',
    "<!date^nonsense^{time}|then>": "then",
    "<!date^99999999999999^{time}|then>": "then",
    "<!date^²^{time}|then>": "then",
    "<!date^1|then>": "then",
    "<!date>": "",
    "<!date^0^{year} {date_num}^https://a.b|x>": (
        '<a href="https://a.b" target="_blank" rel="noopener noreferrer">'
        '<time title="Thursday, 01 January 1970, 01:00 CET">{year} 1970-01-01</time></a>'
    ),
    ":eyes: :no_such_emoji:": "👀 :no_such_emoji:",
}


@pytest.mark.parametrize(("text", "html"), MEANT.items(), ids=MEANT)
def test_markup_means_what_slack_says(reader: Reader, text: str, html: str) -> None:
    assert reader.mrkdwn(text) == html


def test_bare_addresses_are_links_unless_verbatim(reader: Reader) -> None:
    text = {"type": "mrkdwn", "text": "see https://example.com/a."}
    assert '<a href="https://example.com/a"' in reader.text(text)
    assert "<a" not in reader.text({**text, "verbatim": True})


def test_private_channels_keep_their_names_from_others(reader: Reader) -> None:
    assert reader.mrkdwn("<#C000ROOM4>") == '<span class="mention">#secret</span>'
    stranger = Reader(reader.workspace, reader.workspace.people["U000DANA"], NOW)
    assert stranger.mrkdwn("<#C000ROOM4>") == '<span class="mention">#private channel</span>'


def test_plain_text_knows_no_markup(reader: Reader) -> None:
    shown = reader.text({"type": "plain_text", "text": "*a* <b> &lt; :wave:\n<@U000BERT>"})
    assert shown == "*a* &lt;b&gt; &amp;lt; 👋<br>&lt;@U000BERT&gt;"


def test_dates_are_pretty_where_asked(reader: Reader) -> None:
    today, yesterday = (f"<!date^{int(NOW.timestamp()) - back}^{{date_pretty}}|x>" for back in (0, 86_400))
    assert ">today</time>" in reader.mrkdwn(today)
    assert ">yesterday</time>" in reader.mrkdwn(yesterday)
    assert ">November 21, 2026</time>" in reader.mrkdwn(today.replace("_pretty", ""))


def test_distances_in_time_are_words() -> None:
    assert [ago(seconds) for seconds in (5, 60, 7200, -300)] == [
        "just now",
        "1 minute ago",
        "2 hours ago",
        "in 5 minutes",
    ]


def test_emoji_lose_their_skin_tone() -> None:
    assert character("+1::skin-tone-3") == "👍"
    assert with_emoji(":wave::skin-tone-2:") == "👋"


def test_rich_text_is_literal_but_styled(reader: Reader) -> None:
    shown = rich_leaves(
        reader,
        [
            {"type": "text", "text": "<b>*x*", "style": {"bold": True, "italic": True}},
            {"type": "link", "url": "javascript:alert(1)", "text": "l"},
            {"type": "emoji", "name": "eyes"},
            {"type": "user", "user_id": "U000RINA"},
            {"type": "broadcast", "range": "here"},
        ],
    )
    assert shown == (
        "<em><strong>&lt;b&gt;*x*</strong></em>l👀"
        '<span class="mention">@Rina Okafor</span><span class="mention">@here</span>'
    )


class Tags(HTMLParser):
    """Collects every tag that is not among the few we make ourselves."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag or attribute that is not ours, and links to anything but web and mail."""
        known = ALLOWED.get(tag)
        if known is None or any(name not in known for name, _ in attrs):
            self.foreign.append(self.get_starttag_text() or tag)
        if any(name == "href" and not (value or "").startswith(("http", "mailto:")) for name, value in attrs):
            self.foreign.append(self.get_starttag_text() or tag)


PIECES = st.sampled_from(
    [
        *"<>\"'*_~`|#^a \n\ue000é²",
        *("&lt;", "&gt;", "&amp;", "```", "!date^1^", "!date^", "{time}", ":eyes:", "!here", "@U000BERT"),
        *("https://a.b", "mailto:a@b", "javascript:x", "<script>", "<img src=x onerror=y>", ' onclick="x"'),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_text_becomes_html_of_its_own(text: str) -> None:
    workspace, _ = furnish(Clock(), Manifest.read(MANIFEST))
    somebody = Reader(workspace, workspace.people["U000BERT"], NOW)
    for html in (somebody.mrkdwn(text, autolink=True), somebody.plain(text)):
        tags = Tags()
        tags.feed(html)
        assert tags.foreign == []
