"""Everything priced around a function, one small record each."""

from lambada_labs.pricing.parts.network import Logs
from lambada_labs.pricing.parts.part import Part

KINDS: tuple[type[Part], ...] = (Logs,)
PARTS: dict[str, type[Part]] = {kind.key: kind for kind in KINDS}
"""The kinds of parts by their name in JSON."""

__all__ = ["KINDS", "PARTS", "Logs", "Part"]
