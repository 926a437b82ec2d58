"""domain: what is true about an incident, in plain Python. No I/O, no clock, no Slack, no SQL."""
