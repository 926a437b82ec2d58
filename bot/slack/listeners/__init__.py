"""slack: listeners. Each reads a payload, calls the guide, and returns what the acknowledgement says."""
