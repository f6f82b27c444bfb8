# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 03 · Synchronous invocation
# Somebody is waiting.
# Until your handler returns, a program or a person stands at a door. What they get when it fails is up to the door, and to you.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("03")
lab

# %% name="integration-map"
# Who calls functions and waits for the answer; each of them opens its lab. None has called yet: look again later.
lab.integration_map(focus="synchronous")

# %% [markdown] name="about-desk"
# ## One function, several doors
# This handler tells its caller what it was told: the whole event comes back, as the body of an HTTP answer.
# **SDK and CLI** first: `invoke` waits, and brings the result right away. Every other door makes this very call, for callers of its own.

# %% name="desk"
%%writefile lab03/desk.py
import json

def handler(event, context):
    print("asked", json.dumps(event))
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}

# %% name="create-desk"
import json

import boto3
from lambada_labs import package, ui

aws_lambda = boto3.client("lambda")
role_arn = boto3.client("iam").get_role(RoleName="lab03-role")["Role"]["Arn"]

def create(name, file, handler="handler", **settings):
    aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Role=role_arn,
        Handler=f"{file}.{handler}",
        Code={"ZipFile": package(f"lab03/{file}.py")}, Tags=lab.tags, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)
    return aws_lambda.get_function_configuration(FunctionName=name)["FunctionArn"]

desk_arn = create("lab03-desk", "desk")
region, account = desk_arn.split(":")[3:5]

# %% name="door-sdk"
import time

events = {}  # what the handler is told, door by door

asked_at = time.perf_counter()
reply = aws_lambda.invoke(FunctionName="lab03-desk", Payload=json.dumps({"name": "the SDK"}))
answer = json.load(reply["Payload"])
waited = time.perf_counter() - asked_at
events["SDK"] = json.loads(answer["body"])
print(f"{reply['StatusCode']} after {1000 * waited:.0f} ms of waiting: {events['SDK']}")

!aws lambda invoke --function-name lab03-desk --payload '{"name": "the CLI"}' lab03/answer.json
!cat lab03/answer.json

# %% [markdown] name="about-http-api"
# ### API Gateway
# An **HTTP API** takes requests from the web and calls your function for each one. One call makes it, with a route for everything.

# %% name="http-api" tags=["nbval-check-output"]
from urllib.error import HTTPError
from urllib.request import Request, urlopen

apis = boto3.client("apigatewayv2")
for old in apis.get_apis()["Items"]:  # so that this cell can run twice
    if old["Name"] == "lab03-api":
        apis.delete_api(ApiId=old["ApiId"])
api = apis.create_api(Name="lab03-api", ProtocolType="HTTP", Target=desk_arn, Tags=lab.tags)

def fetch(url, body=None):
    try:
        with urlopen(Request(url, data=body), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:  # urllib raises for 4xx and 5xx
        return refusal.code, refusal.read().decode()

print(*fetch(lab.door("lab03-api")))
#> 500 {"message":"Internal Server Error"}

# %% [markdown] name="about-permission"
# Your function did not even start: nobody had allowed API Gateway to invoke it, and the caller is not told.
# A **resource-based policy** on the function allows it. It names who may come, and on whose behalf.

# %% name="api-permission" tags=["nbval-check-output"]
def allow(service, sid, source, function="lab03-desk"):
    aws_lambda.add_permission(
        FunctionName=function, StatementId=sid, Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com", SourceArn=source,
    )

allow("apigateway", f"api-{api['ApiId']}", f"arn:aws:execute-api:{region}:{account}:{api['ApiId']}/*")
status, text = fetch(lab.door("lab03-api") + "shop?name=the%20web")
events["HTTP API"] = json.loads(text)
print(status, events["HTTP API"]["queryStringParameters"])
#> 200 {'name': 'the web'}

# %% [markdown] name="about-name"
# **Twiddle.** Knock yourself: put your own name into the query. The address works in your browser, too.

# %% name="name-at-the-door" tags=["exercise", "task:name-at-the-door"]
status, text = fetch(lab.door("lab03-api") + "shop?name=...")
print(status, json.loads(text)["queryStringParameters"])

# %% name="name-at-the-door" tags=["solution", "task:name-at-the-door"]
status, text = fetch(lab.door("lab03-api") + "shop?name=Ada")
print(status, json.loads(text)["queryStringParameters"])

# %% name="check-name-at-the-door"
ui.show(lab.check("name-at-the-door"), lab.doors())

# %% [markdown] name="about-balancer"
# ### A load balancer
# Behind an Application Load Balancer stand **target groups**; one of type `lambda` holds one function.
# Registering it is refused until the function's policy lets that group in.

# %% name="target-group"
elb = boto3.client("elbv2")
groups = [each for each in elb.describe_target_groups()["TargetGroups"] if each["TargetGroupName"] == "lab03-group"]
groups = groups or elb.create_target_group(Name="lab03-group", TargetType="lambda")["TargetGroups"]
group = groups[0]["TargetGroupArn"]
try:
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": desk_arn}])
except elb.exceptions.ClientError as refusal:
    print(refusal.response["Error"]["Code"], "|", refusal.response["Error"]["Message"])
    allow("elasticloadbalancing", "balancer", group)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": desk_arn}])
json.loads(aws_lambda.get_policy(FunctionName="lab03-desk")["Policy"])["Statement"][-1]

# %% name="balancer"
subnets = [each["SubnetId"] for each in boto3.client("ec2").describe_subnets()["Subnets"][:2]]
for old in elb.describe_load_balancers()["LoadBalancers"]:
    if old["LoadBalancerName"] == "lab03-balancer":
        elb.delete_load_balancer(LoadBalancerArn=old["LoadBalancerArn"])
balancer = elb.create_load_balancer(Name="lab03-balancer", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
forward = [{"Type": "forward", "TargetGroupArn": group}]
elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)

status, text = fetch(lab.door("lab03-balancer") + "shop?name=the%20web")
events["ALB"] = json.loads(text)
print(status, events["ALB"]["queryStringParameters"])

# %% [markdown] name="about-states"
# ### Step Functions
# A state machine calls functions, one state after the other, and hands on what they return. It is allowed to by its own **role**.
# An express workflow can be waited for.

# %% name="state-machine"
machines = boto3.client("stepfunctions")
services_role = boto3.client("iam").get_role(RoleName="lab03-services")["Role"]["Arn"]
steps = {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": desk_arn, "End": True}}}
for old in machines.list_state_machines()["stateMachines"]:
    if old["name"] == "lab03-steps":
        machines.delete_state_machine(stateMachineArn=old["stateMachineArn"])
machine = machines.create_state_machine(
    name="lab03-steps", type="EXPRESS", definition=json.dumps(steps), roleArn=services_role
)["stateMachineArn"]

run = machines.start_sync_execution(stateMachineArn=machine, input=json.dumps({"name": "a state"}))
events["Step Functions"] = json.loads(json.loads(run["output"])["body"])
print(run["status"], events["Step Functions"])

# %% [markdown] name="about-differences"
# ## What each door tells you
# Four doors, one handler, four events. Before you see them side by side:

# %% name="predict-shared-keys" tags=["exercise"]
lab.predict("shared-keys")

# %% name="predict-shared-keys" tags=["solution"]
lab.predict("shared-keys", guess=2)

# %% name="differences"
shared = set.intersection(*(set(event) for event in events.values()))
ui.show(lab.reveal("shared-keys", len(shared)), lab.event_differences(events))

# %% [markdown] name="about-exchange"
# ## HTTP to JSON, and back
# Type a request, see the event; edit the answer, see the HTTP. All of it is real: your answer is written into the code of `lab03-desk`,
# the request goes through your balancer. Try the answers a balancer does not take, and the switch for repeated names.

# %% name="exchange"
lab.http_exchange("lab03-balancer")

# %% [markdown] name="about-multi-value"
# A shoe shop is asked for two sizes: `?size=38&size=39`. The target group is as it was made.

# %% name="predict-sizes" tags=["exercise"]
lab.predict("sizes")

# %% name="predict-sizes" tags=["solution"]
lab.predict("sizes", guess="both")

# %% name="sizes"
def deploy():  # lab03/desk.py as it is now
    aws_lambda.update_function_code(FunctionName="lab03-desk", ZipFile=package("lab03/desk.py"))
    aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab03-desk")

deploy()
off = [{"Key": "lambda.multi_value_headers.enabled", "Value": "false"}]
elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=off)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
by_api = json.loads(fetch(lab.door("lab03-api") + "shop?size=38&size=39")[1])
print("through the API:", by_api["queryStringParameters"])
lab.reveal("sizes", told["queryStringParameters"]["size"])

# %% [markdown] name="about-both-sizes"
# **Tweak.** One attribute of the target group makes lists of it. Switch it on, ask again: both sizes must arrive.

# %% name="multi-value" tags=["exercise", "task:multi-value"]
elb.modify_target_group_attributes(
    TargetGroupArn=group, Attributes=[{"Key": "lambda.multi_value_headers.enabled", "Value": "false"}]
)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
print({key: value for key, value in told.items() if "Query" in key})

# %% name="multi-value" tags=["solution", "task:multi-value"]
elb.modify_target_group_attributes(
    TargetGroupArn=group, Attributes=[{"Key": "lambda.multi_value_headers.enabled", "Value": "true"}]
)
told = json.loads(fetch(lab.door("lab03-balancer") + "shop?size=38&size=39")[1])
print({key: value for key, value in told.items() if "Query" in key})

# %% name="check-multi-value"
lab.check("multi-value")

# %% [markdown] name="about-raise"
# ## The handler raises
# The same function behind the same doors, and a bug. What does each caller get?

# %% name="broken"
%%writefile lab03/desk.py
def handler(event, context):
    raise LookupError("size 38 is sold out")

# %% name="predict-raise" tags=["exercise"]
ui.show(lab.predict("raise-sdk"), lab.predict("raise-api"))
ui.show(lab.predict("raise-alb"), lab.predict("raise-states"))

# %% name="predict-raise" tags=["solution"]
ui.show(lab.predict("raise-sdk", guess="an exception of boto3"), lab.predict("raise-api", guess="502"))
ui.show(lab.predict("raise-alb", guess="502"), lab.predict("raise-states", guess="a failed execution"))

# %% name="who-gets-what"
deploy()
reply = aws_lambda.invoke(FunctionName="lab03-desk", Payload="{}")
at_api, at_balancer = fetch(lab.door("lab03-api")), fetch(lab.door("lab03-balancer"))
run = machines.start_sync_execution(stateMachineArn=machine, input="{}")

print("SDK:", reply["StatusCode"], reply["FunctionError"], reply["Payload"].read().decode())
print("HTTP API:", *at_api)
print("ALB:", at_balancer[0], " ".join(at_balancer[1].split()))
print("Step Functions:", run["status"], run["error"], run["cause"])
by_sdk = lab.reveal("raise-sdk", f"{reply['StatusCode']} and FunctionError")
by_states = lab.reveal("raise-states", f"a {run['status'].lower()} execution")
ui.show(by_sdk, lab.reveal("raise-api", at_api[0]), lab.reveal("raise-alb", at_balancer[0]), by_states)

# %% name="sequence"
# The same calls once more, each noted with its times: who waits for whom, and how long?
calls = lab.calls("lab03-desk")
started = {"stateMachineArn": machine, "input": "{}"}
calls.make(
    lambda: machines.start_sync_execution(**started)["status"],
    caller="your program", door="Step Functions", read=str,
)
for door, name in (("HTTP API", "lab03-api"), ("ALB", "lab03-balancer")):
    url = lab.door(name)
    calls.make(lambda: fetch(url), caller="a browser", door=door, read=lambda got: str(got[0]))
calls.make(lambda: aws_lambda.invoke(FunctionName="lab03-desk", Payload="{}"), caller="your program", door="SDK")
calls

# %% [markdown] name="about-bad-gateway"
# **Break it.** Now without any error in the function: let it succeed, and let the balancer say 502 all the same.

# %% name="answer" tags=["exercise", "task:bad-gateway"]
%%writefile lab03/desk.py
def handler(event, context):
    return {"statusCode": 200, "multiValueHeaders": {"Content-Type": ["text/plain"]}, "body": "fine"}

# %% name="answer" tags=["solution", "task:bad-gateway"]
%%writefile lab03/desk.py
def handler(event, context):
    return {"statusCode": "200", "multiValueHeaders": {"Content-Type": ["text/plain"]}, "body": "fine"}

# %% name="check-bad-gateway"
deploy()
print("the balancer:", fetch(lab.door("lab03-balancer"))[0], "| the HTTP API:", fetch(lab.door("lab03-api"))[0])
lab.check("bad-gateway")

# %% name="too-large" tags=["nbval-check-output"]
# What fits through: six MB is all that a synchronous event may have, and a balancer takes one.
try:
    aws_lambda.invoke(FunctionName="lab03-desk", Payload=json.dumps("x" * 6 * 1024 * 1024))
except aws_lambda.exceptions.ClientError as refusal:
    print("SDK, 6 MB and two quotes:", refusal.response["Error"]["Message"])
print("HTTP API, 7 MB:", *fetch(lab.door("lab03-api"), body=b"x" * 7 * 1024 * 1024))
print("ALB, 2 MB:", fetch(lab.door("lab03-balancer"), body=b"x" * 2 * 1024 * 1024)[0])
#> SDK, 6 MB and two quotes: Request must be smaller than 6291456 bytes for the InvokeFunction operation
#> HTTP API, 7 MB: 413 {"message":"Request Entity Too Large"}
#> ALB, 2 MB: 413

# %% [markdown] name="about-services"
# ## Services that ask you
# Some callers are AWS's own, in the middle of their work. Each sends its own event and insists on its own answer.
# **Cognito** asks before it takes a new user, **Firehose** has records transformed, **S3 Batch** goes through a list of objects.

# %% name="services"
%%writefile lab03/services.py
import base64

def gate(event, context):  # Cognito, before a sign-up
    if not event["request"]["userAttributes"]["email"].endswith("@example.com"):
        raise ValueError("members only")
    return event

def transform(event, context):  # Firehose, a batch of records
    done = []
    for record in event["records"]:
        text = base64.b64decode(record["data"]).decode().upper()
        result = "Dropped" if "TEST" in text else "Ok"
        done.append({**record, "result": result, "data": base64.b64encode(f"{text}\n".encode()).decode()})
    return {"records": done}

def check(event, context):  # S3 Batch, one object
    key, task = event["tasks"][0]["s3Key"], event["tasks"][0]["taskId"]
    result = {"taskId": task, "resultCode": "Succeeded" if key.endswith(".jpg") else "PermanentFailure"}
    return {"invocationSchemaVersion": "1.0", "invocationId": event["invocationId"], "results": [result]}

# %% name="sign-up" tags=["nbval-check-output"]
cognito = boto3.client("cognito-idp")
gate_arn = create("lab03-gate", "services", handler="gate")
pool = cognito.create_user_pool(PoolName="lab03-members", LambdaConfig={"PreSignUp": gate_arn})["UserPool"]
allow("cognito-idp", "members", pool["Arn"], function="lab03-gate")
app = cognito.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web")["UserPoolClient"]["ClientId"]

for email in ("eve@elsewhere.org", "ada@example.com"):
    who, attributes = email.partition("@")[0], [{"Name": "email", "Value": email}]
    try:
        cognito.sign_up(ClientId=app, Username=who, Password="Secret-123", UserAttributes=attributes)
        print(who, "is in")
    except cognito.exceptions.UserLambdaValidationException as refusal:
        print(who, "|", refusal.response["Error"]["Message"])
#> eve | PreSignUp failed with error members only.
#> ada is in

# %% name="firehose"
s3, firehose = boto3.client("s3"), boto3.client("firehose")
bucket = f"lab03-lake-{account}"
s3.create_bucket(Bucket=bucket)
parameters = [{"ParameterName": "LambdaArn", "ParameterValue": create("lab03-transform", "services", "transform")}]
if "lab03-orders" in firehose.list_delivery_streams()["DeliveryStreamNames"]:
    firehose.delete_delivery_stream(DeliveryStreamName="lab03-orders")
firehose.create_delivery_stream(DeliveryStreamName="lab03-orders", ExtendedS3DestinationConfiguration={
    "RoleARN": services_role, "BucketARN": f"arn:aws:s3:::{bucket}", "BufferingHints": {"IntervalInSeconds": 60},
    "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}]},
})
orders = [{"Data": text.encode()} for text in ("boots 38", "test", "sandals 39")]
firehose.put_record_batch(DeliveryStreamName="lab03-orders", Records=orders)
lab.clock(speed=60)  # local cloud only: Firehose waits a minute for more, here that takes a second

# %% name="stored"
while not (found := s3.list_objects_v2(Bucket=bucket, Prefix="20").get("Contents")):
    time.sleep(0.1)
print(s3.get_object(Bucket=bucket, Key=found[-1]["Key"])["Body"].read().decode().strip())

# %% name="s3-batch"
control, batch_arn = boto3.client("s3control"), create("lab03-batch", "services", "check")
keys = ("beach.jpg", "boat.jpg", "notes.txt", "dunes.jpg")
rows = "".join(f"{bucket},{key}\n" for key in keys)
etag = s3.put_object(Bucket=bucket, Key="list.csv", Body=rows)["ETag"]
job = control.create_job(
    AccountId=account, RoleArn=services_role, Priority=1, ConfirmationRequired=False, Report={"Enabled": False},
    Operation={"LambdaInvoke": {"FunctionArn": batch_arn}},
    Manifest={
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
        "Location": {"ObjectArn": f"arn:aws:s3:::{bucket}/list.csv", "ETag": etag},
    },
)["JobId"]
with lab.watch("lab03-batch") as seen:
    while (found := control.describe_job(AccountId=account, JobId=job)["Job"])["Status"] not in ("Complete", "Failed"):
        time.sleep(0.1)
told = found["ProgressSummary"]
print(found["Status"], "|", told["NumberOfTasksSucceeded"], "succeeded,", told["NumberOfTasksFailed"], "failed")
seen

# %% name="spoken"
# Lex and Alexa speak with people, in your function's words. There is no bot and no speaker on this machine:
# `as_service` sends what theirs would, by their permission, and judges the answer as they do. (Local cloud only.)
for service in ("lex", "alexa"):
    for _ in range(2):
        told = lab.as_service(service, "lab03-desk")
        print(f"{service}: {told.outcome}, {told.code}: {told.text[:160]}")
        if told.permission:
            aws_lambda.add_permission(**told.permission)
lab.integration_map(focus="synchronous")  # filled: who has called your functions by now

# %% [markdown] name="about-errors"
# ## Errors are yours
# When nobody queues an event, nobody retries it either: Lambda answers once, and what happens next is up to the caller.
# boto3 has retries built in. Which errors does it take for its own? And what if it is only impatient?

# %% name="stall"
%%writefile lab03/stall.py
import os
import random
import time

chance = random.Random(3)  # the same misfortune in every execution environment

def handler(event, context):
    time.sleep(event.get("seconds", 0.15))
    if event.get("broken") or chance.random() < float(os.environ.get("BAD_LUCK", 0)):
        raise ConnectionError("the till is jammed")
    print("served", event.get("client"))
    return "sold"

# %% name="predict-boto3" tags=["exercise"]
ui.show(lab.predict("boto3-raises"), lab.predict("boto3-busy"), lab.predict("impatient"))

# %% name="predict-boto3" tags=["solution"]
ui.show(
    lab.predict("boto3-raises", guess=3), lab.predict("boto3-busy", guess=3), lab.predict("impatient", guess=1)
)

# %% name="boto3-retries"
from botocore.config import Config

create("lab03-stall", "stall")
standard = boto3.client("lambda", config=Config(retries={"mode": "standard"}))  # tries three times, by default
with lab.watch("lab03-stall") as raised:
    standard.invoke(FunctionName="lab03-stall", Payload=json.dumps({"broken": True}))

aws_lambda.put_function_concurrency(FunctionName="lab03-stall", ReservedConcurrentExecutions=0)  # closed
with lab.watch("lab03-stall") as busy:
    try:
        standard.invoke(FunctionName="lab03-stall", Payload="{}")
    except standard.exceptions.TooManyRequestsException as refusal:
        print(refusal)
aws_lambda.delete_function_concurrency(FunctionName="lab03-stall")
ui.show(lab.reveal("boto3-raises", len(raised.records)), lab.reveal("boto3-busy", len(busy.records)))

# %% name="impatient"
from botocore.exceptions import ReadTimeoutError

hasty = boto3.client("lambda", config=Config(read_timeout=0.4, retries={"mode": "standard"}))
with lab.watch("lab03-stall") as seen:
    try:
        hasty.invoke(FunctionName="lab03-stall", Payload=json.dumps({"seconds": 1, "client": "in a hurry"}))
    except ReadTimeoutError as error:
        print("the caller saw only:", error)
    time.sleep(1.2)  # the last call is still at work: nobody told it that its caller had left
lab.reveal("impatient", sum(record.outcome == "success" for record in seen.records), picture=seen)

# %% [markdown] name="about-herd"
# ### A herd
# Twenty customers come at the same moment, the stall takes two at a time, 0.15 s each. Who is turned away (429) comes again:
# at once; or after a wait that doubles; or after a wait drawn at random below that, which is called **jitter**.

# %% name="rush"
import random
from concurrent.futures import ThreadPoolExecutor

once = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=20))

def rush(wait):  # wait(attempt) in seconds
    calls = []
    def customer(client):
        for attempt in range(500):
            call = {"caller": client, "sent_at": time.time(), "answer": "200"}
            try:
                once.invoke(FunctionName="lab03-stall", Payload=json.dumps({"client": client}))
            except once.exceptions.TooManyRequestsException:
                call["answer"] = "429"
            calls.append(call | {"answered_at": time.time()})
            if call["answer"] == "200":
                return
            time.sleep(wait(attempt))
    list(ThreadPoolExecutor(20).map(customer, range(20)))
    return calls

# %% name="predict-herd" tags=["exercise"]
ui.show(lab.predict("herd-fewest"), lab.predict("herd-first"))

# %% name="predict-herd" tags=["solution"]
ui.show(lab.predict("herd-fewest", guess="with backoff"), lab.predict("herd-first", guess="with backoff and jitter"))

# %% name="herd"
aws_lambda.put_function_concurrency(FunctionName="lab03-stall", ReservedConcurrentExecutions=2)

def doubling(attempt):
    return min(0.75, 0.3 * 2**attempt)

herds = {
    "at once again": rush(lambda attempt: 0),
    "with backoff": rush(doubling),
    "with backoff and jitter": rush(lambda attempt: random.uniform(0, doubling(attempt))),
}
def seconds(calls):
    return max(call["answered_at"] for call in calls) - min(call["sent_at"] for call in calls)

fewest = lab.reveal("herd-fewest", min(herds, key=lambda name: len(herds[name])))
first = lab.reveal("herd-first", min(herds, key=lambda name: seconds(herds[name])))
ui.show(ui.herd(herds), fewest, first)

# %% [markdown] name="about-persistent"
# ### Rework: everybody gets served
# A sale: the same rush, and one call in three raises. Write `persistent`: all 20 customers, within **160 calls** and **10 seconds**.
# `invoke()` makes one call. It raises when the function is busy; what it returns may still be an error.

# %% name="sale"
def sale(persistent):
    create("lab03-sale", "stall", Environment={"Variables": {"BAD_LUCK": "0.333"}})  # afresh: only this run counts
    aws_lambda.put_function_concurrency(FunctionName="lab03-sale", ReservedConcurrentExecutions=2)

    def customer(client):
        left = iter(range(200))  # a loop without an end ends here
        def invoke():
            next(left)
            event = {"client": client, "seconds": 0.1}
            return once.invoke(FunctionName="lab03-sale", Payload=json.dumps(event))
        try:
            return "FunctionError" not in persistent(invoke)
        except (once.exceptions.ClientError, StopIteration):
            return False
    return f"{sum(ThreadPoolExecutor(20).map(customer, range(20)))} of 20 went home happy"

# %% name="persistent" tags=["exercise", "task:persistent"]
def persistent(invoke):
    # Write your code here
    return invoke()

sale(persistent)

# %% name="persistent" tags=["solution", "task:persistent"]
def persistent(invoke):
    for attempt in range(100):
        try:
            reply = invoke()
            if "FunctionError" not in reply:
                return reply
        except once.exceptions.TooManyRequestsException:
            pass
        time.sleep(random.uniform(0, min(1.6, 0.2 * 2**attempt)))
    return reply

sale(persistent)

# %% name="check-persistent"
lab.check("persistent")

# %% [markdown] name="about-production"
# ## In production
# - **Set the client's timeouts by the function's**: `read_timeout` above its timeout, or you pay for answers nobody reads, twice.
# - **Retry only what may run twice.** Your caller cannot know whether the first call did its work; lab 04 makes functions idempotent.
# - **A budget of retries**, and a budget of time: the person at the door has left after a few seconds. API Gateway waits 30 s at most.
# - **Alarm on what callers see**: the function's `Errors` and `Throttles`, the balancer's `HTTPCode_ELB_5XX_Count`, the API's `5xx`.
# - Pictures of your own answers to the world: API Gateway, a balancer or CloudFront (lab 13) in front; for one's own code, the SDK.
#
# **What was not quite AWS here**: the doors answer on this machine, without TLS and without names in DNS; a balancer is there at once,
# on AWS it takes minutes and costs money by the hour. Lex and Alexa sent samples. `docs/fidelity.md` has every difference.

# %% name="bill"
from lambada_labs import pricing
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import parts

work = Workload(memory_mb=128, duration_ms=20, requests=10_000_000)
fronts = {
    "SDK, CLI": (), "HTTP API": (parts.ApiGatewayHttp(),), "REST API": (parts.ApiGatewayRest(),),
    "load balancer": (parts.LoadBalancer(),),
}
def monthly(front):
    return pricing.bill_both(pricing.Scenario(workload=work, parts=front))[0].total
table = [{"Door": name, "Ten million calls a month": f"${monthly(front):,.2f}"} for name, front in fronts.items()]
reading = "20 ms at 128 MB, AWS's list prices. A balancer costs its hours even when nobody comes."
ui.show(lab.bill(), ui.table(table, title="The door can cost more than the room", reading=reading))

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
