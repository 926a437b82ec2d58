"""Five people who do anything they can, in any order: `make walkers N=20 SEED=1`.

Each walk is a local Slack, a bot and a database of its own, over the transport that its seed picks.
After each act the outbox comes to rest and everything is looked at: no exception, no error in a log,
nothing Slack would refuse, and no event that promises a message without that message.
`make walkers SEED=7 N=1` plays one again.
"""
