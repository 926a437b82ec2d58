"""guide: the use cases. Each is one function of one transaction: load, authorise, check, write, plan, answer.

No Slack and no clock in here; what has to go out is put into the outbox in the same transaction.
"""
