"""The cloud on this machine: one process on 127.0.0.1, a gateway that verifies, rooms behind it that answer."""
