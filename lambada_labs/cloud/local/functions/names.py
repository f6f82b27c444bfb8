"""The grammar of function names: a name, a partial ARN or an ARN, each with or without a qualifier."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.refusals import invalid, missing

NAME_LENGTH = facts.number("limit.function_name")
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."
GRAMMAR = re.compile(
    r"(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?"
    r"(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?"
    r"(?:(?P<account>\d{12}):)?"
    r"(?:function:)?(?P<name>[a-zA-Z0-9_.-]+)(?::(?P<qualifier>[a-zA-Z0-9$_.-]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionName:
    """Which function a request speaks of; `qualifier` is a version, an alias, or None if none was named."""

    account_id: str
    region: str
    name: str
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}"

    @property
    def asked_arn(self) -> str:
        """The ARN with the qualifier that was named, if one was."""
        return f"{self.arn}:{self.qualifier}" if self.qualifier else self.arn


def resolve(text: str, qualifier: str | None, *, account_id: str, region: str) -> FunctionName:
    """The function named by `text` and the request's own `Qualifier`.

    Raises:
        AwsError: the two qualifiers differ, or the function is of another Region or account.
    """
    match = GRAMMAR.fullmatch(text)
    if match is None:
        raise missing(f"Function not found: {text}")
    _same_place(match["region"], match["account"], account_id=account_id, region=region)
    derived = match["qualifier"]
    if derived and qualifier and derived != qualifier:
        raise invalid(MISMATCH)
    return FunctionName(
        account_id=account_id, region=region, name=match["name"], qualifier=qualifier or derived
    )


def for_creation(text: str, *, account_id: str, region: str) -> FunctionName:
    """The name of a function to be made: no qualifier, at most 64 characters.

    Raises:
        AwsError: the name is too long, qualified, or of another Region or account.
    """
    function = resolve(text, None, account_id=account_id, region=region)
    if len(function.name) > NAME_LENGTH:
        raise invalid(
            f"1 validation error detected: Value '{function.name}' at 'functionName' failed to satisfy "
            f"constraint: Member must have length less than or equal to {NAME_LENGTH}"
        )
    if function.qualifier:
        raise invalid("The function name must not contain a qualifier when a function is created.")
    return function


def _same_place(named_region: str | None, named_account: str | None, *, account_id: str, region: str) -> None:
    if named_region and named_region != region:
        raise missing(f"Functions from '{named_region}' are not reachable in this region ('{region}')")
    if named_account and named_account != account_id:
        raise AwsError(
            "AccessDeniedException",
            f"Account {account_id} may not reach functions of account {named_account}: "
            "no resource-based policy allows it",
            403,
        )
