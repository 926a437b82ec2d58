"""domain: reactions as Slack names them. What a name means is the policy's emoji map."""


def plain_name(name: str) -> str:
    """An emoji name without skin tone: `+1::skin-tone-3` -> `+1` (Slack: reference/events/reaction_added)."""
    return name.split("::", 1)[0][:100]
