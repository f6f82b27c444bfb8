"""What is known of each integration, as data: whom it calls as, what it sends, what it wants back.

`data/integrations.json` says it, with AWS's page and the day it was read. What a service does with an answer is
code, one module or subpackage a service, found through `catalogue.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal

from lambada_labs import facts, files
from lambada_labs.cloud.local.integrations.place import Place

Kind = Literal["synchronous", "asynchronous"]
Rights = Literal["resource-policy", "role", "caller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One service that calls Lambda.

    `deck` is the training deck's wording. With `rights` "resource-policy" the function's policy must let
    `principal` in for `source_arn`; with "role" the service calls as a role of the
    learner's, with "caller" with the rights of whoever asked it. `permission` holds
    what AddPermission wants besides the function's name; `source_arn` and its values may hold the blanks of
    `Place.filled`. `choices` are what a sample may vary: name → values, the first one unless another is chosen.
    `contract` says what the service wants back, `wrong` what it does with anything else. `errors` are its own
    code and text for `missing`, `forbidden`, `throttled`, `timeout`, `not-ready`, `too-large` and `failed` (the
    function's own error). `api` names the boto3 calls that lead to it too. The service waits `timeout_s` true
    seconds for an answer and tries so many times; the file may name a fact instead of a number.
    """

    name: str
    title: str
    deck: str
    lab: str
    kind: Kind
    principal: str
    source_arn: str
    contract: str
    wrong: str
    source: str
    as_of: str
    rights: Rights = "resource-policy"
    permission: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    api: tuple[str, ...] = ()
    status: str = "current"
    timeout_s: float = float(facts.number("limit.timeout.max"))
    attempts: int = 1

    def permitted(self, place: Place) -> dict[str, str]:
        """The keyword arguments of AddPermission that let this service in."""
        filled = {name: place.filled(value) for name, value in self.permission.items()}
        return {"FunctionName": place.function_name, **filled} if filled else {}


@cache
def integrations() -> Mapping[str, Integration]:
    """Every integration by name, in the order of the file."""
    held = json.loads(files.data("integrations.json").read_text("utf-8"))
    return {row["name"]: _integration(row) for row in held["integrations"]}


def _integration(row: Mapping[str, Any]) -> Integration:
    known = {one.name for one in fields(Integration)}
    values = {name: value for name, value in row.items() if name in known}
    values["choices"] = {name: tuple(several) for name, several in row.get("choices", {}).items()}
    values["errors"] = {why: tuple(said) for why, said in row.get("errors", {}).items()}
    for name in ("timeout_s", "attempts"):
        if isinstance(values.get(name), str):
            values[name] = facts.number(values[name])
    return Integration(**{**values, "api": tuple(row.get("api", ()))})
