"""A Step Functions task as pure rules: the input a sample sends, and the result a state makes of an answer.

Source: AWS Step Functions developer guide, "Invoke an AWS Lambda function with Step Functions".
"""

from __future__ import annotations

import json
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices

DATA_LIMIT = facts.number("limit.step_functions.data")
TOO_LARGE = (
    "The state/task '{resource}' returned a result with a size exceeding the maximum number of bytes "
    "service limit."
)


def sample(choices: Choices, place: Place) -> Sent:
    """The state's input as the function gets it; `input` may be any JSON."""
    machine = place.filled("arn:aws:states:{region}:{account}:stateMachine:sample")
    event = _input(choices.get("input", ""))
    return Sent(event=event, source_arn=machine, notes={"resource": choices["resource"]})


def judge(sent: Sent, answer: Answer) -> Verdict:
    """The state's result."""
    resource = sent.notes["resource"]
    if len(answer.payload) > DATA_LIMIT:
        return refused("States.DataLimitExceeded", TOO_LARGE.format(resource=resource))
    result: Any = answer.value
    if resource != "function-arn":
        result = {"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200}
    return accepted("The state succeeds with this result.", result=result)


def _input(given: str) -> Any:
    try:
        return json.loads(given) if given else {"who": "Step Functions"}
    except ValueError:
        return {"input": given}
