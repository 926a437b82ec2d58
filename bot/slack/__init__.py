"""slack: the only Bolt and Block Kit. Reads payloads, calls the guide, acknowledges; sends for the outbox."""
