"""domain: what can be refused, as types; the words for each lie in `templates/errors/`."""


class NotFound(Exception):
    """No such thing, or not for this person: both look the same from outside (reliability.md 4).

    `action` and `user` are for the audit line only.
    """

    def __init__(self, action: str, user: str = "") -> None:
        super().__init__(action)
        self.action, self.user = action, user


class Refused(Exception):
    """Known person, known incident, but a guard says no. `code` names a block of `errors/surfaces.j2`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class NotKnown(Exception):
    """Slack hasn't told us yet what kind of account `user` is: it's asked, then the act is tried anew."""

    def __init__(self, user: str) -> None:
        super().__init__("not known")
        self.user = user


class Busy(Exception):
    """The database could not take it now. Nothing was written: press again.

    `why`: busy (locked), slow (no answer in time), away, full (its disk), failing (its
    disk, too), read_only, damaged.
    """

    def __init__(self, why: str = "busy") -> None:
        super().__init__(why)
        self.why = why
