"""The code of each service by the name it has in the register; one line a service."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.integrations import alexa, lex
from lambada_labs.cloud.local.integrations.batch import tasks as batch_tasks
from lambada_labs.cloud.local.integrations.codecommit import event as codecommit_event
from lambada_labs.cloud.local.integrations.cognito import answer as cognito_answer
from lambada_labs.cloud.local.integrations.config import event as config_event
from lambada_labs.cloud.local.integrations.firehose import answer as firehose_answer
from lambada_labs.cloud.local.integrations.iot import event as iot_event
from lambada_labs.cloud.local.integrations.ses import answer as ses_answer
from lambada_labs.cloud.local.integrations.state_machines import answer as states_answer
from lambada_labs.cloud.local.integrations.workings import Workings

WORKINGS: Mapping[str, Workings] = {
    "step-functions": Workings(sample=states_answer.sample, judge=states_answer.judge),
    "s3-batch": Workings(sample=batch_tasks.sample, judge=batch_tasks.judge),
    "firehose": Workings(sample=firehose_answer.sample, judge=firehose_answer.judge),
    **cognito_answer.WORKINGS,
    "lex": Workings(sample=lex.sample, judge=lex.judge),
    "alexa": Workings(sample=alexa.sample, judge=alexa.judge),
    "codecommit": Workings(sample=codecommit_event.sample),
    "ses": Workings(sample=ses_answer.sample, judge=ses_answer.judge),
    "ses-event": Workings(sample=ses_answer.event_sample),
    "config": Workings(sample=config_event.sample),
    "iot": Workings(sample=iot_event.sample),
    "iot-events": Workings(sample=iot_event.detector_sample),
}
