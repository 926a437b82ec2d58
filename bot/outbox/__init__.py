"""outbox: all that goes out: posts once (claim, send, record, reconcile), surfaces until they are right."""
