"""An archive of a bus keeps what fits, and a replay sends it to the rules once more."""

from __future__ import annotations

import json
import time

from functions_kit import until
from producers_kit import ACCOUNT, REGION, open_queue, received

BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"


def test_what_was_archived_is_replayed_to_the_rules(cloud):
    events = cloud.client("events")
    url, target = open_queue(cloud, "replayed", "events.amazonaws.com")
    events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": target}])
    pattern = json.dumps({"source": ["shop"], "detail": {"kept": [True]}})
    archive = events.create_archive(ArchiveName="kept", EventSourceArn=BUS, EventPattern=pattern)
    for kept in (True, False):
        entry = {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"kept": kept})}
        events.put_events(Entries=[entry])
    first = [json.loads(one["Body"]) for one in received(cloud, url, count=2)]
    assert sorted(one["detail"]["kept"] for one in first) == [False, True]
    until(lambda: events.describe_archive(ArchiveName="kept")["EventCount"] == 1)
    now = time.time()
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=now - 600,
        EventEndTime=now + 600,
        Destination={"Arn": BUS},
    )
    (again,) = [json.loads(one["Body"]) for one in received(cloud, url)]
    assert again["detail"] == {"kept": True}
    assert again["replay-name"] == "again"
