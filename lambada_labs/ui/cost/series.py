"""How each way of running a function looks in every figure: colour, dash, letter and pattern together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """`kind` is the CSS class `lb-s-KIND` (colour, dash, pattern); `letter` says the same where colours do not."""

    kind: str
    letter: str


LOOKS = {
    "Lambda": Look(kind="lambda", letter="L"),
    "on demand": Look(kind="lambda", letter="L"),
    "Lambda in a Region": Look(kind="lambda", letter="L"),
    "x86_64": Look(kind="lambda", letter="x"),
    "arm64": Look(kind="arm", letter="a"),
    "provisioned": Look(kind="provisioned", letter="P"),
    "SnapStart": Look(kind="snapstart", letter="S"),
    "INIT": Look(kind="init", letter="I"),
    "Fargate": Look(kind="fargate", letter="F"),
    "EC2": Look(kind="ec2", letter="E"),
    "Managed Instances": Look(kind="managed", letter="M"),
    "CloudFront Functions": Look(kind="provisioned", letter="C"),
    "Lambda@Edge viewer": Look(kind="fargate", letter="V"),
    "Lambda@Edge origin": Look(kind="ec2", letter="O"),
}


def look(name: str) -> Look:
    """The look of this name; one that has none is drawn as a plain dark line with its first letter."""
    return LOOKS.get(name, Look(kind="ec2", letter=name[:1] or "?"))
