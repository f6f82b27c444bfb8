"""Which of several paths with `{names}` and `{greedy+}` a request means: the most specific one.

Source: API Gateway developer guide, "Create routes for HTTP APIs" (full match, then a greedy variable, then
`$default`) and, for REST APIs, "Set up a method": a static segment before a variable, a variable before `{proxy+}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote

T = TypeVar("T")
DEFAULT = "$default"
ANY = "ANY"
_GREEDY, _VARIABLE, _STATIC = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Template:
    """A path template read once: per segment how specific it is and its text or name."""

    segments: tuple[tuple[int, str], ...]

    def match(self, segments: list[str], *, slash_is_rest: bool = False) -> dict[str, str] | None:
        """The variables, still percent-encoded, if a path of these segments fits; else None.

        `slash_is_rest`: a slash at the end is enough for a greedy variable, which is empty then.
        """
        found: dict[str, str] = {}
        for index, (kind, text) in enumerate(self.segments):
            if kind == _GREEDY:
                rest = "/".join(segments[index:])
                ends = slash_is_rest and index < len(segments)
                return {**found, text: rest} if rest or ends else None
            if index >= len(segments) or (kind == _STATIC and unquote(segments[index]) != text):
                return None
            if kind == _VARIABLE:
                if not segments[index]:
                    return None
                found[text] = segments[index]
        return found if len(segments) == len(self.segments) else None

    @property
    def specificity(self) -> tuple[int, ...]:
        """Greater is more specific."""
        return tuple(kind for kind, _ in self.segments)


@lru_cache(maxsize=4096)
def template(path: str) -> Template:
    """The template written as `path`."""
    return Template(tuple(_segment(part) for part in split_path(path)))


def split_path(raw_path: str) -> list[str]:
    """The segments of a path; none for the root."""
    trimmed = raw_path.removeprefix("/")
    return trimmed.split("/") if trimmed else []


def most_specific(
    candidates: Iterable[tuple[str, T]], raw_path: str, *, slash_is_rest: bool = False
) -> tuple[str, T, Mapping[str, str]] | None:
    """The path, the thing and the variables (percent-encoded) of the best fit; of equal ones the first."""
    segments = split_path(raw_path)
    best: tuple[tuple[int, ...], str, T, Mapping[str, str]] | None = None
    for path, thing in candidates:
        one = template(path)
        variables = one.match(segments, slash_is_rest=slash_is_rest)
        if variables is not None and (best is None or one.specificity > best[0]):
            best = (one.specificity, path, thing, variables)
    return best[1:] if best else None


def route_of(keys: Mapping[str, T], method: str, raw_path: str) -> tuple[str, T, Mapping[str, str]] | None:
    """The route of an HTTP API for a request: its key, what it leads to, the variables of the path."""
    exact = [(key.partition(" ")[2], key) for key in keys if key.partition(" ")[0] == method]
    any_method = [(key.partition(" ")[2], key) for key in keys if key.partition(" ")[0] == ANY]
    # Seen on AWS: `/all/` meets `/all/{proxy+}` of an HTTP API, with an empty `proxy`.
    found = most_specific([*exact, *any_method], raw_path, slash_is_rest=True)
    if found is not None:
        return found[1], keys[found[1]], found[2]
    return (DEFAULT, keys[DEFAULT], {}) if DEFAULT in keys else None


def _segment(part: str) -> tuple[int, str]:
    if part.startswith("{") and part.endswith("+}"):
        return _GREEDY, part[1:-2]
    if part.startswith("{") and part.endswith("}"):
        return _VARIABLE, part[1:-1]
    return _STATIC, unquote(part)
