"""The code of each service by the name it has in the register; one line a service."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.integrations import firehose_answer, step_functions_answer
from lambada_labs.cloud.local.integrations.workings import Workings

WORKINGS: Mapping[str, Workings] = {
    "step-functions": Workings(sample=step_functions_answer.sample, judge=step_functions_answer.judge),
    "firehose": Workings(sample=firehose_answer.sample, judge=firehose_answer.judge),
}
