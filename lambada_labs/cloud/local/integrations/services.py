"""The services of this room that answer API requests, put together."""

from __future__ import annotations

from lambada_labs.cloud.local.integrations.batch import BatchJobs
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.firehose import DeliveryStreams
from lambada_labs.cloud.local.integrations.state_machines import StateMachines
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.runtime.clock import Clock


def services(*, moto: MotoPlug, objects: Service, calls: Calls, clock: Clock) -> dict[str, Service]:
    """Who answers the requests for these services, by signing name; `objects` answers S3's."""
    return {
        "states": StateMachines(moto, moto.role),
        "s3": BatchJobs(objects, moto.role, calls, clock),
        "firehose": DeliveryStreams(moto, objects, calls, clock),
    }
