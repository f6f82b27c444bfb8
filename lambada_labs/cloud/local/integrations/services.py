"""The services of this room that answer API requests, put together."""

from __future__ import annotations

from collections.abc import Mapping

from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.integrations.batch.api import BatchJobs
from lambada_labs.cloud.local.integrations.calling import Calls
from lambada_labs.cloud.local.integrations.desk import Desk
from lambada_labs.cloud.local.integrations.firehose.api import DeliveryStreams
from lambada_labs.cloud.local.integrations.pipelines.api import Pipelines
from lambada_labs.cloud.local.integrations.pipelines.artifacts import StoredArtifacts
from lambada_labs.cloud.local.integrations.pipelines.jobs import Jobs
from lambada_labs.cloud.local.integrations.stacks.custom_resources import CustomResources, Links
from lambada_labs.cloud.local.integrations.stacks.mended import MODULES as STACK_MODULES
from lambada_labs.cloud.local.integrations.stacks.mended import Stacks
from lambada_labs.cloud.local.integrations.state_machines.api import StateMachines
from lambada_labs.cloud.local.integrations.workings import Workings
from lambada_labs.cloud.local.message import Service
from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.cloud.local.producers.house import Producers
from lambada_labs.runtime.clock import Clock


class OwnServices:
    """What answers requests (`services`, by signing name) and what makes samples (`workings`, by name).

    `producers` answer S3's requests, and are told when a stack may have made rules.
    """

    def __init__(
        self,
        *,
        moto: MotoPlug,
        producers: Producers,
        calls: Calls,
        clock: Clock,
        identity: Identity,
        links: Links,
        desk: Desk,
    ) -> None:
        jobs, objects = Jobs(clock), producers.objects
        custom = CustomResources(objects, calls, links, clock)
        stacks = Stacks(desk, custom, lambda: producers.soon(producers.follow))
        moto.mend("cloudformation", STACK_MODULES, stacks.install)
        self.services: Mapping[str, Service] = {
            "states": StateMachines(moto, moto.role),
            "s3": BatchJobs(custom, moto.role, calls, clock),
            "firehose": DeliveryStreams(moto, objects, calls, clock),
            "codepipeline": Pipelines(moto, StoredArtifacts(moto, objects, identity), calls, clock, jobs),
        }
        self.workings: Mapping[str, Workings] = {
            "codepipeline": Workings(sample=jobs.sample, settled=jobs.settled),
            "cloudformation": Workings(sample=custom.sample, settled=custom.settled),
        }
