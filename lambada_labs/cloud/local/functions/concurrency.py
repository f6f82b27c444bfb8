"""Reserved concurrency: a floor and a ceiling of one function, taken from the account's limit."""

from __future__ import annotations

from dataclasses import replace

from lambada_labs import facts
from lambada_labs.cloud.local.functions.names import FunctionName
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane
from lambada_labs.cloud.local.functions.records import Function, Version
from lambada_labs.cloud.local.functions.refusals import functions_only, invalid
from lambada_labs.model import LATEST

UNRESERVED_MINIMUM = facts.number("limit.unreserved_minimum")


async def put_function_concurrency(plane: ControlPlane, call: Call) -> Answer:
    """PutFunctionConcurrency; 0 turns the function off."""
    name, wanted = _unqualified(call), call.parameters["ReservedConcurrentExecutions"]
    function = plane.store.get(name, said_as=f"{name.arn}:{LATEST}")
    others = sum(
        found.reserved or 0 for found in call.shelf(plane).functions.values() if found.name != function.name
    )
    if plane.account_concurrency - others - wanted < UNRESERVED_MINIMUM:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_MINIMUM}].",
            typed=False,
        )
    plane.store.put(name, _reserved(function, wanted))
    plane.engine.reserve(name.arn, wanted)
    return {"ReservedConcurrentExecutions": wanted}


async def get_function_concurrency(plane: ControlPlane, call: Call) -> Answer:
    """GetFunctionConcurrency: nothing where nothing is reserved."""
    reserved = plane.store.get(_unqualified(call)).reserved
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


async def delete_function_concurrency(plane: ControlPlane, call: Call) -> Answer:
    """DeleteFunctionConcurrency."""
    name = _unqualified(call)
    plane.store.change(name, lambda function: _reserved(function, None))
    plane.engine.reserve(name.arn, None)
    return None


def _unqualified(call: Call) -> FunctionName:
    name = call.function()
    if name.qualifier:
        raise functions_only()
    return name


def _reserved(function: Function, reserved: int | None) -> Function:
    """Written into every version, so that the very next invocation is bound by it."""
    return replace(
        function,
        reserved=reserved,
        latest=_bound(function.latest, reserved),
        versions={number: _bound(version, reserved) for number, version in function.versions.items()},
    )


def _bound(version: Version, reserved: int | None) -> Version:
    serving = version.serving
    return replace(
        version,
        config=replace(version.config, reserved_concurrency=reserved),
        serving=replace(serving, reserved_concurrency=reserved) if serving else None,
    )
