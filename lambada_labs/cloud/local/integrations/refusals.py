"""What a service says when a function gave no answer, or failed: its own code and words from the register."""

from __future__ import annotations

from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.register import Integration
from lambada_labs.cloud.local.integrations.verdict import Answer, Verdict

#: Lambda's own code and text, for services whose words nobody has written down.
PLAIN = {
    "missing": ("ResourceNotFoundException", "Function not found: {function_arn}"),
    "forbidden": (
        "AccessDeniedException",
        "{principal} is not authorized to perform: lambda:InvokeFunction on resource: {function_arn}",
    ),
    "throttled": ("TooManyRequestsException", "Rate Exceeded."),
    "timeout": ("TimeoutException", "The function did not answer within {timeout} seconds."),
    "not-ready": ("ResourceConflictException", "{detail}"),
    "too-large": ("RequestEntityTooLargeException", "{detail}"),
}


def did_not_run(integration: Integration, stopped: NotRun, place: Place) -> Verdict:
    """The verdict where there is no answer."""
    code, text = integration.errors.get(stopped.why) or PLAIN[stopped.why]
    return Verdict(outcome="failed", code=code, text=_filled(text, integration, place, detail=stopped.detail))


def failed(integration: Integration, answer: Answer, place: Place) -> Verdict:
    """The verdict on a function that raised, timed out or crashed."""
    code, text = integration.errors["failed"]
    code = code.replace("{error_type}", answer.error_type or "Exception")
    detail = answer.error_message
    return Verdict(outcome="failed", code=code, text=_filled(text, integration, place, detail=detail))


def _filled(text: str, integration: Integration, place: Place, *, detail: str) -> str:
    text = place.filled(text).replace("{principal}", integration.principal)
    return text.replace("{timeout}", f"{integration.timeout_s:g}").replace("{detail}", detail)
