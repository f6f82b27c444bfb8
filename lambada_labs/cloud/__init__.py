"""Where functions run: one port, and behind it the local cloud (a real account comes later)."""
