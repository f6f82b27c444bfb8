"""Writes of one object at the same time: which of their events are told.

Source: Amazon S3 user guide, "Event notification types and destinations": of two writes at the same time to
one object without versions a single notification may be sent; with versions each write sends its own. At the
same time means here: the second came in while the first was being answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lambada_labs.cloud.local.producers.object_records import Change

Place = tuple[str, str]


@dataclass(slots=True)
class Group:
    """Writes that overlap the first of them. It takes no further one once any has ended."""

    running: int = 0
    open: bool = True
    held: list[Change] = field(default_factory=list)


class Overlaps:
    """Groups of writes by bucket and key. For one event loop."""

    def __init__(self) -> None:
        self._groups: dict[Place, Group] = {}

    def began(self, place: Place) -> Group:
        """A write has come in; give its group back to `ended`."""
        group = self._groups.get(place)
        if group is None or not group.open:
            group = self._groups[place] = Group()
        group.running += 1
        return group

    def ended(self, place: Place, group: Group, changes: list[Change]) -> list[Change]:
        """A write was answered; the changes to tell now: of overlapping ones without versions, the last."""
        group.running -= 1
        group.open = False
        told = [change for change in changes if change.version_id or change.family != "ObjectCreated"]
        group.held += [change for change in changes if change not in told]
        if group.running:
            return told
        if self._groups.get(place) is group:
            del self._groups[place]
        return told + sorted(group.held, key=lambda change: change.sequencer)[-1:]
