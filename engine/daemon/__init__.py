"""The daemon: one process that owns a store for years, answers clients on a socket and fires timers in time."""
