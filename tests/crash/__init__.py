"""The bot killed, starved and lied to: what had been acknowledged is there, and nothing goes out twice."""
