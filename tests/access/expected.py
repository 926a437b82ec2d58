"""Who may do what, written down from the requirements and from nowhere else: the bot is held to this table.

Columns are what somebody is to an incident, rows are what they try. `Y`: it happens. `-`: it does not, and
the answer is the one for an incident that does not exist.
"""

from __future__ import annotations

# R reporter · H handler · lead · first: told, while nobody leads · told: told, not lead, has not seen it ·
# seen: told, not lead, has seen it · P privacy contact, once sent · helper · receiver of a handover ·
# channel: member of the team channel · admin of the bot · member: any other · guest · gone: deactivated, app
# co: a co-reporter, who has joined
COLUMNS = (
    *("R", "H", "lead", "first", "told", "seen", "P", "helper", "receiver"),
    *("channel", "admin", "member", "guest", "gone", "co"),
)

RIGHTS = {
    #                 R H l f t s P h r c a m g x o
    "start one":     "Y Y Y Y Y Y Y Y Y Y Y Y - - Y",
    "own page":      "Y - - - - - - - - - - - - - -",
    "tell":          "Y Y - - - - - - - - - - - - -",
    "edit facts":    "- Y - - - - - - - - - - - - -",
    "finish":        "- Y Y - - - - - - - - - - - -",
    "note":          "- Y Y Y - - - Y - - - - - - Y",
    "raise level":   "Y Y Y Y Y Y Y Y - - - - - - Y",
    "lower level":   "- - Y Y - - - - - - - - - - -",
    "acknowledge":   "- - Y Y Y Y - - - - - - - - -",
    "approve":       "- - Y Y - - - - - - - - - - -",
    "approve late":  "- - Y Y Y Y - - - - - - - - -",
    "offer":         "- Y Y - - - - - - - - - - - -",
    "accept":        "- - - - - - - - Y - - - - - -",
    "legal":         "- - - - - - Y - - - - - - - -",
    "enter":         "Y Y Y - - Y Y Y Y - - - - - Y",
    "see summary":   "Y Y Y - - Y Y Y - - - - - - Y",
    "see timeline":  "Y Y Y - - - - Y - - - - - - Y",
    "get drafts":    "- Y - - - - - - - - - - - - -",
    "own reminder":  "Y Y Y Y Y Y Y Y - - - - - - -",
    "read card":     "Y Y Y Y Y Y Y Y Y Y - - Y - -",
    "offer help":    "Y Y Y Y Y Y Y Y Y Y - - - - -",
    "own data":      "Y Y Y Y Y Y Y Y Y Y Y Y Y - Y",
    "export":        "Y Y Y - - - - - - - - - - - -",
    "ask along":     "Y - - - - - - - - - - - - - -",
    "mine":          "- - - - - - - - - - - - - - Y",
    "nothing":       "- - - - - - - - - - - - - - -",
}  # fmt: skip

PRACTICE = "practice"  # R's rehearsal: nobody else has any part in it
FORGOTTEN = "forgotten"  # acknowledged; then its reporter had their own data erased, and is nobody there now
ERASED = "erased"  # gone as a whole: what is left of it are buttons in old messages
STATES = ("draft", "open", "told", "acknowledged", "fixed", "closed", "cancelled", "reopened")
_D, _O, _T, _A, _F, _C, _X, _N = STATES
_G = FORGOTTEN
ALSO = (PRACTICE, FORGOTTEN, ERASED)  # tried besides
LIVE = {_D, _O, _T, _A, _F, _N, _G}
OPENED = LIVE - {_D}
TOLD = {_T, _A, _F, _N, _G}
ENDED = {_C, _X}
AFTER = TOLD | ENDED

# Pages: whose they are, and in which states of the scene they are there to be saved.
PAGES: dict[str, tuple[str, set[str]]] = {
    "open": ("own page", LIVE),
    "stop": ("own page", OPENED),
    "breathe": ("own page", LIVE),
    "ready": ("own page", set()),
    "own": ("own page", LIVE),
    "letgo": ("own page", {_C}),
    "together": ("ask along", OPENED),
    "join": ("nothing", set()),
    "mine": ("mine", OPENED | ENDED),
    "halt": ("edit facts", OPENED),
    "assess": ("edit facts", LIVE),
    "more": ("edit facts", LIVE),
    "party": ("edit facts", OPENED),
    "plan": ("edit facts", LIVE),
    "ways": ("edit facts", {_A, _F, _N, _G}),
    "team": ("edit facts", TOLD),
    "bulk": ("edit facts", set()),  # nowhere are there more than ten
    "contact": ("edit facts", OPENED),
    "spoke": ("edit facts", OPENED),
    "update": ("edit facts", {_A, _F, _N, _G}),
    "debrief": ("edit facts", {_F}),
    "sat": ("edit facts", {_C}),
    "tell": ("tell", LIVE),
    "safe": ("tell", {_D, _O}),
    "send": ("tell", LIVE),
    "legal": ("tell", OPENED | {_C}),
    "decided": ("legal", AFTER),
    "hold": ("legal", AFTER - {_C}),  # in the closed one a hold stands
    "release": ("legal", {_C}),
    "fixed": ("finish", LIVE),
    "close": ("finish", {_F}),
    "review": ("finish", {_F, _C}),
    "prevent": ("finish", {_F, _C}),
    "proof": ("finish", {_F, _C}),
    "letter": ("finish", {_F, _C}),
    "reopen": ("finish", ENDED),
    "note": ("note", TOLD),
    "level": ("raise level", OPENED),
    "handover": ("offer", LIVE),
    "accept": ("accept", TOLD),
    "cancel": ("finish", LIVE),
}


def allowed(right: str, columns: set[str]) -> bool:
    """Whether somebody who is all of these may; guests and those who are gone are nothing else besides."""
    row = dict(zip(COLUMNS, RIGHTS[right].split(), strict=True))
    for kind in ("guest", "gone"):
        if kind in columns:
            return row[kind] == "Y"
    return any(row[column] == "Y" for column in columns)


def page_allowed(page: str, state: str, columns: set[str]) -> bool:
    """Whether that page can be saved; before anybody was told the reporter may cancel (X2)."""
    right, states = PAGES[page]
    if state not in states:
        return False
    if page == "cancel" and state in (_D, _O) and "R" in columns:
        return True
    return allowed(right, columns)


# What typed texts somebody may ever be shown: all of them, all but R's private ones, or those of the pages
# that Seen opens; the notice is the page `send`.
SIGHT = {
    "R": "all",
    "H": "circle",
    "lead": "circle",
    "first": "notice",
    "told": "notice",
    "seen": "facts",
    "P": "circle",
    "helper": "summary",
    "receiver": "circle",
    "co": "own circle",
}
CO_OWN = {("mine", "own_line"), ("mine", "differently"), ("mine", "note_to_self")}  # not R's to see either
PRIVATE = {("own", "own_line"), ("more", "q4_differently"), ("letgo", "note_to_self")} | CO_OWN
FACTS = {"open", "assess", "halt", "plan", "send"}
AFFECTED = {("contact", "party_name"), ("party", "name")}  # who is affected is one of the facts
