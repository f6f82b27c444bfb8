"""What a target of a rule gets: the event, a part of it, a text of its own, or a template filled in. Pure.

Sources: Amazon EventBridge user guide, "Input transformation" (supported JSON paths, predefined variables);
what a real account sent and refused (localstack's snapshots of `test_events_inputs`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError

Json = Mapping[str, Any]
VARIABLE = re.compile(r"<([\w.\-]+)>")
_STEP = re.compile(r"\.([\w\-/:]+)|\[(\d+|\*)\]|\['([^']+)'\]")
PREDEFINED = frozenset(
    {
        "aws.events.rule-arn",
        "aws.events.rule-name",
        "aws.events.event.ingestion-time",
        "aws.events.event",
        "aws.events.event.json",
    }
)
KINDS = ("Input", "InputPath", "InputTransformer")


class NotJson(ValueError):
    """A template filled in is no JSON: AWS delivers nothing then."""


def check(target: Json) -> None:
    """Refuse a target's input as PutTargets does.

    Raises:
        AwsError: more than one kind of input, or a variable that is not defined.
    """
    named = target.get("Id", "")
    if sum(kind in target for kind in KINDS) > 1:
        text = f"Only one of Input, InputPath, or InputTransformer must be provided for target {named}."
        raise AwsError("ValidationException", text)
    transformer = target.get("InputTransformer") or {}
    paths = transformer.get("InputPathsMap") or {}
    for name in VARIABLE.findall(transformer.get("InputTemplate", "")):
        if name not in paths and name not in PREDEFINED:
            text = f"InputTemplate for target {named} contains invalid placeholder {name}."
            raise AwsError("ValidationException", text)


def payload(target: Json, event: Json, *, rule_arn: str, rule_name: str, received: str) -> str:
    """The text that a target gets; raises `NotJson`."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return compact(looked_up(event, target["InputPath"]))
    if "InputTransformer" not in target:
        return compact(event)
    transformer = target["InputTransformer"]
    values = {name: looked_up(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values |= {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_name,
        "aws.events.event.ingestion-time": received,
        "aws.events.event": _without_detail(event),
        "aws.events.event.json": event,
    }
    return filled(transformer["InputTemplate"], values)


def looked_up(event: Json, path: str) -> Any:
    """The value at a JSON path; None where there is none. With `[*]` a list of all there are."""
    found: list[Any] = [event]
    rest, many = path.removeprefix("$"), False
    while rest:
        step = _STEP.match(rest)
        if step is None:
            return None
        rest = rest[step.end() :]
        many = many or step[2] == "*"
        found = [inner for one in found for inner in _inner(one, step)]
    return found if many else (found[0] if found else None)


def filled(template: str, values: Json) -> str:
    """A template with its variables filled in.

    Outside quotes a variable becomes JSON, and an unknown value an empty text; inside the quotes of an object
    it becomes its text; in a template that is one string, objects and lists lose their own quotes.
    """
    text = template.strip()
    parts, at = [], 0
    for found in VARIABLE.finditer(text):
        parts.append(text[at : found.start()])
        value = values.get(found[1])
        if not _quoted(text[: found.start()]):
            parts.append(compact("" if value is None else value))
        else:
            inner = _inner_text(value)
            parts.append(inner if text.startswith("{") else inner.replace('"', ""))
        at = found.end()
    result = "".join([*parts, text[at:]])
    if text.startswith(("{", "[")) and not _is_json(result):
        raise NotJson(result)
    return result


def compact(value: Any) -> str:
    """JSON without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _inner(value: Any, step: re.Match[str]) -> list[Any]:
    name, index, quoted = step.groups()
    name = name or quoted
    if name is not None:
        return [value[name]] if isinstance(value, Mapping) and name in value else []
    if not isinstance(value, list):
        return []
    return value if index == "*" else value[int(index) : int(index) + 1]


def _inner_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    return compact(value)


def _quoted(before: str) -> bool:
    """Whether what comes after this text stands inside quotes."""
    return len(re.sub(r"\\.", "", before).split('"')) % 2 == 0


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _without_detail(event: Json) -> dict[str, Any]:
    names = {"detail-type": "detailType"}
    return {names.get(name, name): value for name, value in event.items() if name != "detail"}
