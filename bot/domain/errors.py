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


class Busy(Exception):
    """The database could not take it now (locked, full, away). Nothing was written: press again."""
