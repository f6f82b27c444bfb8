"""How API Gateway's settings name a function, and in whose name it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping

PRINCIPAL = "apigateway.amazonaws.com"
_PATH = r"(?:arn:[^/]*:lambda:path/[^/]+/functions/)?"
_FUNCTION = re.compile(_PATH + r"(?P<arn>arn:[^/]*:lambda:[^/]*?)(?:/invocations)?")
_VARIABLE = re.compile(r"\$\{stageVariables\.([^}]*)\}")


def function_arn(uri: str | None, stage_variables: Mapping[str, str]) -> str | None:
    """The function that a URI names, stage variables put in; None where it names none."""
    filled = _VARIABLE.sub(lambda match: stage_variables.get(match[1], ""), uri or "")
    match = _FUNCTION.fullmatch(filled)
    return match["arn"] if match else None
