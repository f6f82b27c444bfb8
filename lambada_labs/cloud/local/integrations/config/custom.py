"""A custom rule of moto's Config as a record of ours, and moto mended so that it keeps one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.integrations.config.event import Rule
from lambada_labs.cloud.local.message import AwsRequest

HOURS = {"One_Hour": 1, "Three_Hours": 3, "Six_Hours": 6, "Twelve_Hours": 12, "TwentyFour_Hours": 24}
HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A rule with a function of ours, the messages that invoke it, what it looks at, how often (seconds)."""

    rule: Rule
    region: str
    function_arn: str
    messages: frozenset[str]
    types: tuple[str, ...]
    resource_id: str
    every_s: int


def custom(held: Any, request: AwsRequest) -> Custom | None:
    """A rule of moto's as a record of ours; None where it has no function."""
    if held is None or held.source.owner != "CUSTOM_LAMBDA":
        return None
    scope, details = held.scope, held.source.source_details or ()
    often = [held.maximum_execution_frequency, *(one.maximum_execution_frequency for one in details)]
    return Custom(
        rule=Rule(
            name=held.config_rule_name,
            arn=held.config_rule_arn,
            id=held.config_rule_id,
            account_id=request.caller.account_id,
            parameters=held.input_parameters or "{}",
        ),
        region=request.region,
        function_arn=held.source.source_identifier,
        messages=frozenset(one.message_type for one in details),
        types=tuple(getattr(scope, "compliance_resource_types", None) or ()),
        resource_id=getattr(scope, "compliance_resource_id", None) or "",
        every_s=HOUR_S * next((HOURS[one] for one in often if one), HOURS["TwentyFour_Hours"]),
    )


def know_our_functions(modules: Mapping[str, Any]) -> None:
    """Have moto's Config keep rules with a function that is not moto's: `ConfigRules` has asked for it."""
    models = modules["models"]
    kept = getattr(models.Source, "original", models.Source)

    class Source(kept):  # type: ignore[misc, valid-type]
        """A rule's source; a function is not looked for."""

        original = kept

        def __init__(
            self,
            account_id: str,
            region: str,
            owner: str,
            source_identifier: str,
            source_details: list[dict[str, Any]] | None = None,
        ) -> None:
            if owner != "CUSTOM_LAMBDA" or not source_details:
                super().__init__(account_id, region, owner, source_identifier, source_details)
                return
            super(kept, self).__init__(capitalize_start=True, capitalize_arn=False)
            told = [models.convert_to_class_args(detail) for detail in source_details]
            self.source_details = [models.SourceDetail(**detail) for detail in told]
            self.owner, self.source_identifier = owner, source_identifier

    models.Source = Source
