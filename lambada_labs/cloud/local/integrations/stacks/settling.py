"""Parts of moto's stacks replaced, and what a stack shows while it is not settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

CUSTOM, SHORT = "AWS::CloudFormation::CustomResource", "Custom::"
SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


def needs_time(template: Mapping[str, Any]) -> bool:
    """Whether a stack has functions or custom resources."""
    types = [one.get("Type", "") for one in (template.get("Resources") or {}).values()]
    return any(kind == CUSTOM or kind.startswith((SHORT, "AWS::Lambda::")) for kind in types)


def there(stack: Any) -> list[Any]:
    """The resources that are made so far; to ask moto for the others would make them."""
    return [
        one
        for one in list(stack.resource_map._parsed_resources.values())  # noqa: SLF001
        if getattr(one, "logical_resource_id", None)
    ]


def while_settled(shown: Any, otherwise: Callable[[Any], Any]) -> property:
    """A property of a stack that would make resources, were it asked while the stack is not settled."""
    theirs = original(shown.fget)

    def ours(stack: Any) -> Any:
        slow = getattr(stack, "slow", False) or needs_time(stack.template_dict)
        return otherwise(stack) if slow and stack.status not in SETTLED else theirs(stack)

    return property(keeping(ours, theirs))


def original(function: Any) -> Any:
    """What moto had in the place of ours, however often it was mended."""
    return getattr(function, "original", function)


def keeping(ours: Callable[..., Any], theirs: Any) -> Callable[..., Any]:
    """Ours, which remembers theirs."""
    ours.original = theirs  # type: ignore[attr-defined]
    return ours
