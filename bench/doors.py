"""Front doors: the processor time of a request through each of them, against that of a signed Invoke.

Counted is the cloud's process alone, A and B in turn: the handler's own process reads a larger event behind a door,
which is the event's doing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from figure import Row, in_turn, ratio_row, table
from load import run
from ours import Cloud, local_cloud

from lambada_labs.cloud import local
from lambada_labs.cloud.local.state import state_folder

HTTP = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'ok'}\n"
EACH = 400
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
ELB, API = "elasticloadbalancing.amazonaws.com", "apigateway.amazonaws.com"


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used, user and system."""
    with contextlib.suppress(FileNotFoundError):
        threads = Path(f"/proc/{pid}/schedstat").read_text().split()
        total = sum(_ran_ns(task) for task in Path(f"/proc/{pid}/task").iterdir())
        return max(total, int(threads[0])) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def _ran_ns(task: Path) -> int:
    with contextlib.suppress(OSError):
        return int((task / "schedstat").read_text().split()[0])
    return 0


def cost_us(cloud: Cloud, request: bytes) -> float:
    """Microseconds of processor time for one request."""
    before = cpu_s(cloud.pid)
    load = run(cloud.port, [[request] * EACH])
    assert not load.failed, load.failed[:3]
    return (cpu_s(cloud.pid) - before) / EACH * 1e6


def get(port: int, path: str, host: str = "") -> bytes:
    """The bytes of a GET as a browser sends it."""
    name = host or f"127.0.0.1:{port}"
    return f"GET {path} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n".encode()


def permit(cloud: Cloud, principal: str, sid: str, name: str = "door") -> None:
    """Let a service invoke the function."""
    cloud.client("lambda").add_permission(
        FunctionName=name, StatementId=sid, Action="lambda:InvokeFunction", Principal=principal
    )


def http_api(cloud: Cloud, arn: str) -> str:
    """The id of an HTTP API with one route and payload 2.0."""
    api = cloud.client("apigatewayv2")
    made = {"ApiId": api.create_api(Name="b", ProtocolType="HTTP")["ApiId"]}
    proxy = {"IntegrationType": "AWS_PROXY", "IntegrationUri": arn, "PayloadFormatVersion": "2.0"}
    target = api.create_integration(**made, **proxy)["IntegrationId"]
    api.create_route(**made, RouteKey="$default", Target=f"integrations/{target}")
    api.create_stage(**made, StageName="$default", AutoDeploy=True)
    return str(made["ApiId"])


def rest_api(cloud: Cloud, arn: str) -> str:
    """The id of a REST API with one proxy resource, deployed as `prod`."""
    api = cloud.client("apigateway")
    made = api.create_rest_api(name="b")["id"]
    root = api.get_resources(restApiId=made)["items"][0]["id"]
    proxy = api.create_resource(restApiId=made, parentId=root, pathPart="{proxy+}")["id"]
    where = {"restApiId": made, "resourceId": proxy, "httpMethod": "ANY"}
    api.put_method(**where, authorizationType="NONE")
    uri = f"arn:aws:apigateway:{cloud.facts['region']}:lambda:path/2015-03-31/functions/{arn}/invocations"
    api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.create_deployment(restApiId=made, stageName="prod")
    return str(made)


def balancer(cloud: Cloud, arn: str) -> str:
    """The ARN of a load balancer that forwards everything to the function."""
    elb = cloud.client("elbv2")
    subnets = [one["SubnetId"] for one in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    made = elb.create_load_balancer(Name="b", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="b", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": arn}])
    forward = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=[forward])
    return str(made)


def rows() -> list[Row]:
    """One figure for each kind of door."""
    with local_cloud() as cloud:
        cloud.create_function("door", HTTP)
        for sid, principal in (("api", API), ("elb", ELB)):
            permit(cloud, principal, sid)
        arn = f"arn:aws:lambda:{cloud.facts['region']}:{cloud.facts['account_id']}:function:door"
        return list(_figures(cloud, arn))


def _figures(cloud: Cloud, arn: str) -> Iterator[Row]:
    invoke = cloud.signed_invoke("door")
    makers: tuple[tuple[str, Callable[[Cloud, str], str], str], ...] = (
        ("HTTP API", http_api, "pets/7?a=1"),
        ("REST API", rest_api, "prod/pets/7?a=1"),
        ("load balancer", balancer, "pets/7?a=1"),
    )
    for name, make, path in makers:
        request = get(cloud.port, plain_path(cloud, make(cloud, arn)) + path)
        pair = in_turn(lambda r=request: cost_us(cloud, r), lambda: cost_us(cloud, invoke))  # type: ignore[misc]
        yield ratio_row(f"processor time of a request, {name}, against a signed Invoke", "µs", "≤ 1.3", pair)


def plain_path(cloud: Cloud, door: str) -> str:
    """The path of a door at its plain URL."""
    seen: Any = local.attach_or_start(folder=state_folder({"LAMBADA_STATE_DIR": cloud.state}))
    plain = next(one.plain_url for one in seen.doors() if one.id == door)
    return "/" + plain.split("/", 3)[3]


if __name__ == "__main__":
    print(table(rows()))
