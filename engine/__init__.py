"""A definition, a deal, an event and now become a decision, and a decision becomes durable effects."""
