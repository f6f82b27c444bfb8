"""The parts of an ARN."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """`arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`; all parts are empty where a text is none."""

    text: str
    service: str = ""
    region: str = ""
    account_id: str = ""
    resource: str = ""

    @classmethod
    def of(cls, text: str) -> Arn:
        """The parts of this text."""
        parts = text.split(":", PARTS - 1)
        if len(parts) < PARTS or parts[0] != "arn":
            return cls(text=text)
        return cls(text=text, service=parts[2], region=parts[3], account_id=parts[4], resource=parts[5])
