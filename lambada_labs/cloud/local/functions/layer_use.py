"""Which layer versions a function asks for, and whether it may have them together."""

from __future__ import annotations

from collections.abc import Sequence

from lambada_labs import facts
from lambada_labs.cloud.local.functions.ports import Call, ControlPlane
from lambada_labs.cloud.local.functions.records import LayerUse
from lambada_labs.cloud.local.functions.refusals import invalid

LAYERS_LIMIT = facts.number("limit.layers")
TWO_VERSIONS = (
    "Two different versions of the same layer are not allowed to be referenced in the same function. "
    "{} and {} are versions of the same layer."
)


def layers_of(plane: ControlPlane, call: Call, arns: Sequence[str]) -> tuple[LayerUse, ...]:
    """The layer versions of these ARNs, in this order.

    Raises:
        AwsError: too many, one of another Region, two of one layer, or one that is not there.
    """
    if len(arns) > LAYERS_LIMIT:
        raise invalid(f"Cannot reference more than {LAYERS_LIMIT} layers.")
    if any(arn.split(":")[3] != call.region for arn in arns):
        raise invalid(
            "Layers are not in the same region as the function. "
            f"Layers are expected to be in region {call.region}."
        )
    _check_different(arns)
    return tuple(_layer_use(plane, call, arn) for arn in arns)


def _check_different(arns: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for arn in arns:
        layer = arn.rpartition(":")[0]
        if layer in seen:
            raise invalid(TWO_VERSIONS.format(seen[layer], arn))
        seen[layer] = arn


def _layer_use(plane: ControlPlane, call: Call, arn: str) -> LayerUse:
    name, number = arn.split(":")[6:8]
    layer = call.shelf(plane).layers.get(name)
    version = layer.versions.get(int(number)) if layer else None
    if version is None or version.arn != arn:
        raise invalid(f"Layer version {arn} does not exist.")
    return LayerUse(
        arn=arn,
        sha256=version.sha256,
        code_size=version.code_size,
        unpacked_size=version.unpacked_size,
    )
