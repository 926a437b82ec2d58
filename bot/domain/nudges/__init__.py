"""domain: the nudges. `plan` says what comes next; a module a family of chains says when and to whom.

`model` the rows · `case` who and when · `steps` what is still owed · `telling`, `parties`, `team`, `after`,
`legal` the chains · `planner` all of them · `delivery` one message a minute, the cap, and catching up.
"""

from bot.domain.nudges.model import Due, Fired
from bot.domain.nudges.planner import comes_along, plan, still_due

__all__ = ["Due", "Fired", "comes_along", "plan", "still_due"]
