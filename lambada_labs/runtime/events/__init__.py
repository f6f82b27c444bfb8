"""The parts of the event queue: rules, records, ports."""
