"""Full-text search over deals, notes and mails: an index beside the store that can be thrown away at any time."""
