"""The host: the one door through which events reach deals, and the durable surroundings of a decision."""
