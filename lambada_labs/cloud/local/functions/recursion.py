"""Whether a function that keeps calling itself is stopped, and the refusal of those that are."""

from __future__ import annotations

from dataclasses import replace

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import Answer, Call, ControlPlane

LOOP = (
    "Lambda has detected your function being invoked in a recursive loop with other AWS resources "
    "and stopped your function's invocation."
)


async def put_function_recursion_config(plane: ControlPlane, call: Call) -> Answer:
    """PutFunctionRecursionConfig: `Terminate` (AWS's default) or `Allow`."""
    wanted = call.parameters["RecursiveLoop"]
    plane.store.change(call.function(), lambda function: replace(function, recursive_loop=wanted))
    return {"RecursiveLoop": wanted}


async def get_function_recursion_config(plane: ControlPlane, call: Call) -> Answer:
    """GetFunctionRecursionConfig."""
    return {"RecursiveLoop": plane.store.get(call.function()).recursive_loop}


def recursive() -> AwsError:
    """`RecursiveInvocationException`; its text is the API reference's."""
    return AwsError("RecursiveInvocationException", LOOP, Type="User", Message=LOOP)
