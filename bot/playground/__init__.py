"""A local Slack: for people who have no workspace (`python app.py play`) and for the tests.

It is thin and strict: it does what Slack does where the bot touches Slack, says no with Slack's own errors,
and judges each payload of the bot. It imports nothing of the bot, for a gate must not import what it judges.

    server        LocalSlack, what tests and `play` hold; switches: what can be turned at any time
    api, methods  the Web API; faults, failing: what goes wrong on demand, and how
    delivery      commands, interactions and events on their way to the bot; socket_mode: one of the two ways
    driver        a person with a client: screen (looks), filling (views), talking (conversations)
    core          the installed app: scopes, events, triggers, the strict gate (blockkit)
    workspace     people, channels, messages, views, files as plain data; people: who they are
"""
