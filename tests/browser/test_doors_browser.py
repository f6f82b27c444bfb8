"""An HTTP API and a load balancer opened in a browser, and what a stranger's page can do with them: nothing."""

import http.server
import io
import json
import threading
import zipfile

import pytest

PAGE = """
import json
def handler(event, context):
    path = event.get("rawPath") or event.get("path")
    if path == "/go":
        return {"statusCode": 302, "headers": {"Location": "/arrived"}, "body": ""}
    page = f"<!doctype html><title>Door</title><h1>{path}</h1>"
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": page}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
READ = """async url => {
    try { return (await fetch(url)).status + ' ' + await (await fetch(url)).text(); }
    catch (problem) { return 'blocked'; }
}"""


def function(cloud):
    """The ARN of the function behind both doors."""
    role = cloud.client("iam").create_role(RoleName="door", AssumeRolePolicyDocument=json.dumps(TRUST))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as zipped:
        zipped.writestr("index.py", PAGE)
    client = cloud.client("lambda")
    made = client.create_function(
        FunctionName="page",
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": package.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="page", WaiterConfig={"Delay": 1})
    for name in ("apigateway", "elasticloadbalancing"):
        principal = f"{name}.amazonaws.com"
        client.add_permission(
            FunctionName="page", StatementId=name, Action="lambda:InvokeFunction", Principal=principal
        )
    return made["FunctionArn"]


def rest_api(cloud, arn):
    """A REST API that leads to the function, deployed as `prod`."""
    api = cloud.client("apigateway")
    made = api.create_rest_api(name="page")["id"]
    root = api.get_resources(restApiId=made)["items"][0]["id"]
    proxy = api.create_resource(restApiId=made, parentId=root, pathPart="{all+}")["id"]
    where = {"restApiId": made, "resourceId": proxy, "httpMethod": "ANY"}
    api.put_method(**where, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.create_deployment(restApiId=made, stageName="prod")


@pytest.fixture(scope="module")
def doors(cloud):
    arn = function(cloud)
    cloud.client("apigatewayv2").create_api(Name="page", ProtocolType="HTTP", Target=arn)
    rest_api(cloud, arn)
    elb = cloud.client("elbv2")
    subnets = [one["SubnetId"] for one in cloud.client("ec2").describe_subnets()["Subnets"][:2]]
    balancer = elb.create_load_balancer(Name="page", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="page", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": arn}])
    forward = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[forward])
    return cloud.doors()


def test_both_addresses_of_every_door_open(doors, chromium):
    page = chromium.new_page()
    assert len(doors) == 3
    for one in doors:
        for base in (one.plain_url, one.local_url):
            page.goto(base + ("prod/hello" if one.kind == "REST API" else "hello"))
            assert page.inner_text("h1") == "/hello"
    page.close()


def test_redirects_stay(doors, chromium):
    page = chromium.new_page()
    for one in (one for one in doors if one.kind != "REST API"):
        for base in (one.plain_url, one.local_url):
            page.goto(base + "hello")
            assert page.inner_text("h1") == "/hello"
            page.goto(base + "go")
            assert (page.inner_text("h1"), page.url) == ("/arrived", base + "arrived")
    page.close()


class Stranger(http.server.BaseHTTPRequestHandler):
    """A page of another origin."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>stranger</title>")

    def log_message(self, *_):
        """Say nothing."""


def test_a_strangers_page_reads_nothing(cloud, doors, chromium):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    targets = [one.plain_url for one in doors] + [one.local_url for one in doors] + [cloud.endpoint_url]
    assert [page.evaluate(READ, url) for url in targets] == ["blocked"] * len(targets)
    page.close()
    server.shutdown()
    server.server_close()
