"""Where a moment stands on a picture's time axis: busy stretches to one scale, long idle gaps folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[float, float]

GAP_SHARE = 0.09
GAPS_AT_MOST = 0.45
SMALLEST_SHARE = 0.035
TAIL_SHARE = 0.04
FOLD_ABOVE = 0.12
FOLD_NEVER_BELOW_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of time (seconds) and the share of the width (0 to 1) it is drawn on; `folded` gaps are not to scale."""

    start: float
    end: float
    left: float
    right: float
    folded: bool = False


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The pieces of a time axis, left to right."""

    pieces: tuple[Piece, ...]

    def at(self, moment: float) -> float:
        """The place of a moment as a share of the width; moments outside stick to the edges."""
        for piece in self.pieces:
            if moment <= piece.end:
                span = piece.end - piece.start
                done = (max(moment, piece.start) - piece.start) / span if span else 0.0
                return piece.left + done * (piece.right - piece.left)
        return 1.0


def time_scale(busy: Iterable[Span], *, fold: bool = True) -> TimeScale:
    """The scale for these busy spans: gaps that would waste the picture are folded to a fixed width."""
    spans = merged(busy)
    if not spans:
        return TimeScale((Piece(start=0, end=1, left=0, right=1),))
    spans = joined(spans) if fold else [(spans[0][0], spans[-1][1])]
    gap = min(GAP_SHARE, GAPS_AT_MOST / max(1, len(spans) - 1))
    return TimeScale(tuple(laid_out(spans, gap)))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans as one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def joined(spans: list[Span]) -> list[Span]:
    """Spans with the small gaps between them taken in: only a gap that would waste width stays one."""
    busy = sum(end - start for start, end in spans)
    limit = max(FOLD_NEVER_BELOW_S, FOLD_ABOVE * busy)
    result = [spans[0]]
    for start, end in spans[1:]:
        if start - result[-1][1] <= limit:
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def laid_out(spans: list[Span], gap: float) -> list[Piece]:
    """Pieces for spans and the gaps between them; each span gets at least a visible width."""
    width = 1 - TAIL_SHARE - gap * (len(spans) - 1)
    least = min(SMALLEST_SHARE, width / len(spans))
    busy = sum(end - start for start, end in spans) or 1.0
    shares = [max(least, (end - start) / busy * width) for start, end in spans]
    factor = width / sum(shares)
    pieces: list[Piece] = []
    left = 0.0
    for index, ((start, end), share) in enumerate(zip(spans, shares, strict=True)):
        if index:
            before = spans[index - 1][1]
            pieces.append(Piece(start=before, end=start, left=left, right=left + gap, folded=True))
            left += gap
        pieces.append(Piece(start=start, end=end, left=left, right=left + share * factor))
        left += share * factor
    return pieces
