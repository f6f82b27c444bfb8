"""What AWS IoT sends to a function: the row that a rule's SELECT makes of a message, and nothing around it.

And the event of AWS IoT Events, which AWS ended on 2026-05-20: kept so that the deck's line can be looked at.
Sources: AWS Lambda developer guide, "Using AWS Lambda with AWS IoT" and "... with AWS IoT Events" (whose example
spells the outer key `event: `: taken for a slip).
"""

from __future__ import annotations

import json

from lambada_labs.cloud.local.integrations.iot.functions import Message
from lambada_labs.cloud.local.integrations.iot.sql import parse
from lambada_labs.cloud.local.integrations.iot.tokens import BadSql
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.cloud.local.integrations.workings import Choices

TOPIC = "greenhouse/10"
READING = '{"row": "10", "pos": "23", "moisture": "75"}'
SQL = "SELECT * FROM 'greenhouse/+'"
MS = 1000


def sample(choices: Choices, place: Place) -> Sent:
    """A sensor's reading through a rule; `sql` and `payload` may be other ones."""
    rule = place.filled("arn:aws:iot:{region}:{account}:rule/sample")
    payload = choices.get("payload") or READING
    message = Message(topic=TOPIC, payload=payload.encode(), at_ms=int(place.now * MS), client_id="sensor-23")
    try:
        row = parse(choices.get("sql") or SQL).row(message)
    except BadSql:
        row = None  # what the rule would refuse to be made with sends nothing of its own
    return Sent(event=row if row is not None else json.loads(READING), source_arn=rule)


def detector_sample(_: Choices, place: Place) -> Sent:
    """A detector of IoT Events that reached the state Charged."""
    payload = {
        "detector": {"detectorModelName": "sample", "detectorModelVersion": "4", "keyValue": "100009"},
        "eventTriggerDetails": {"triggerType": "Message", "inputName": "Voltage", "messageId": place.id},
        "actionExecutionId": place.id,
        "state": {"variables": {}, "stateName": "Charged", "timers": {}},
    }
    event = {"event": {"eventName": "myChargedEvent", "eventTime": int(place.now * MS), "payload": payload}}
    return Sent(
        event=event, source_arn=place.filled("arn:aws:iotevents:{region}:{account}:detectorModel/sample")
    )
