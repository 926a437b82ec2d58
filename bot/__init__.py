"""The map of the house.

The layers, top to bottom. Each may import only from below, never its neighbour (import-linter says so):

    cli                     the commands of `python app.py`
    bootstrap               settings in, a running bot out: the only place where the parts meet
    playground  rehearsal   a local Slack, for people and tests; scripts of what people do, and what follows
    check                   what is in force, and what is wrong with it
    slack  scheduler        the edge: Bolt, Block Kit, both transports; the clock that wakes the outbox
    guide  outbox           use cases, one transaction each; everything that goes out, once
    store  words            the only SQL; snapshot and template to text
    settings  clock  logs   the environment; the one reader of time; lines without content
    stages  policy          WHAT THE BOT KNOWS: pages as data; the shipped numbers and an organisation's own
    domain                  incident, level, access, nudges, working time: pure, standard library only

A submit, step by step:

1.  Slack's request comes in by `slack.socket`, or by `slack.http`, which checks its signature first.
    `slack.envelope` fits it into the shapes that Bolt and the listeners may rely on, or refuses it.
    `slack.routes` finds the listener by the view's id: `listeners.pages.submit`.
2.  The listener reads the view: `ids.ref` says which page of which incident, `fields` what was typed.
    Neither is believed. Somebody picked whom we do not know yet is looked up, for a second at most.
3.  `edge.do(stepper.submit, …)`: one hop into a thread, one transaction. The snapshot is loaded, access
    checked, the answers parsed. The page and its event are written, its draft deleted (`guide.saving`), the
    nudges planned anew (`store.nudges` writes what `domain.nudges` says), what shows it marked. Commit.
    (Who only looks goes by `edge.see`: a reading transaction, and a line that says they looked.)
4.  The outcome says what comes next: another page, the hub, this page with problems, a conflict.
    `slack.views` draws it, and it leaves with the acknowledgement.
5.  The commit has woken the outbox (`scheduler.Ticker`). Each due post is claimed in a transaction of its
    own, in which its reason is looked at once more; then it is sent; then that is recorded. Where it is
    unknown whether it went out, the conversation's history is read.
6.  Surfaces (R's card, the notice, the team's card, Home) are drawn from the record as it is then, until
    all are up to date.
7.  Once a minute the auditor derives anew what should have gone out by now, and says what has not.
"""
