"""The code of each service by the name it has in the register; one line a service."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.integrations import (
    alexa_answer,
    batch_tasks,
    codecommit_event,
    cognito_answer,
    config_event,
    firehose_answer,
    iot_event,
    lex_answer,
    ses_answer,
    step_functions_answer,
)
from lambada_labs.cloud.local.integrations.workings import Workings

WORKINGS: Mapping[str, Workings] = {
    "step-functions": Workings(sample=step_functions_answer.sample, judge=step_functions_answer.judge),
    "s3-batch": Workings(sample=batch_tasks.sample, judge=batch_tasks.judge),
    "firehose": Workings(sample=firehose_answer.sample, judge=firehose_answer.judge),
    **cognito_answer.WORKINGS,
    "lex": Workings(sample=lex_answer.sample, judge=lex_answer.judge),
    "alexa": Workings(sample=alexa_answer.sample, judge=alexa_answer.judge),
    "codecommit": Workings(sample=codecommit_event.sample),
    "ses": Workings(sample=ses_answer.sample, judge=ses_answer.judge),
    "ses-event": Workings(sample=ses_answer.event_sample),
    "config": Workings(sample=config_event.sample),
    "iot": Workings(sample=iot_event.sample),
    "iot-events": Workings(sample=iot_event.detector_sample),
}
