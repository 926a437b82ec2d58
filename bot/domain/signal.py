"""domain: reactions as Slack names them. What a name means is the policy's emoji map."""

NAME_MAX = 100  # characters of a name that are kept


def plain_name(name: str) -> str:
    """What it says: an emoji without its skin tone (`+1::skin-tone-3` is `+1`), a reply without which one.

    Kept is the whole name: each can be taken back by itself. docs.slack.dev/reference/events/reaction_added
    """
    return name.split("::", 1)[0][:NAME_MAX]
