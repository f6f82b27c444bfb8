"""AWS IoT: messages, and topic rules written in IoT SQL."""
