"""How an error becomes a card: a learner reads what to do, not where in our code it happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from lambada_labs import ui
from lambada_labs.errors import CloudUnavailable, LambadaError

Parameters = ParamSpec("Parameters")


def calm(method: Callable[Parameters, Any]) -> Callable[Parameters, Any]:
    """Show our own errors and AWS's refusals as cards; everything else is a bug and stays loud."""

    @wraps(method)
    def shown(*args: Parameters.args, **keywords: Parameters.kwargs) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return method(*args, **keywords)
        except LambadaError as error:
            return ui.error_card(error)
        except ClientError as error:
            return ui.error_card(refused(error))
        except BotoCoreError as error:
            return ui.error_card(unreachable(error))

    return shown


def refused(error: Any) -> LambadaError:
    """AWS's answer to one of our own calls, in our three parts."""
    return LambadaError(
        f"AWS answered {error.response['Error']['Code']}: {error.response['Error']['Message']}",
        expected=f"{error.operation_name} to succeed",
        todo="Run the cells above this one again, or lab.reset()",
    )


def unreachable(error: Exception) -> LambadaError:
    """A call that did not reach the cloud."""
    return CloudUnavailable(str(error), expected="a running cloud", todo="Open the lab again: open_lab(...)")
