# ---
# jupyter:
#   jupytext:
#     comment_magics: false
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] name="title"
# # 05 · Events
# Something happened, and a service tells your function.
# Nobody waits for the answer: the service puts an event into Lambda's queue, and goes on.

# %% name="open"
from lambada_labs import open_lab

lab = open_lab("05")
lab

# %% [markdown] name="about-thumbnails"
# ## A picture arrives
# Somebody uploads a picture to a bucket; your function makes a thumbnail of it and notes its size in a table.
# The code that makes pictures smaller lies in a **layer**: Lambda unpacks it under `/opt`, where every function can import it.

# %% name="layer"
import json

import boto3
from lambada_labs import package, ui
from lambada_labs.labs import pictures

aws_lambda, s3 = boto3.client("lambda"), boto3.client("s3")
account = boto3.client("sts").get_caller_identity()["Account"]
role_arn = boto3.client("iam").get_role(RoleName="lab05-role")["Role"]["Arn"]  # opening the lab made it

layer = aws_lambda.publish_layer_version(
    LayerName="lab05-small-jpeg",
    Content={"ZipFile": pictures.layer()},
    CompatibleRuntimes=["python3.13"],
)
layer["LayerVersionArn"]

# %% name="handler"
%%writefile lab05/thumbs.py
import os

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small, ContentType="image/jpeg")
        table.put_item(Item={"key": key, "width": width, "height": height, "bytes": len(picture)})
        print(f"thumbnail of {key}")

# %% name="create-function"
# You will make several functions and let services in: two small helpers, nothing new in them.
def create(name, module, **settings):
    made = aws_lambda.create_function(
        FunctionName=lab.fresh(name), Runtime="python3.13", Handler=f"{module}.handler", Role=role_arn,
        Code={"ZipFile": package(f"lab05/{module}.py")}, Timeout=20, Tags=lab.tags, **settings,
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName=name)
    return made["FunctionArn"]

def allow(name, service, source):
    aws_lambda.add_permission(
        FunctionName=name, StatementId=service.partition(".")[0], Action="lambda:InvokeFunction",
        Principal=service, SourceArn=source, SourceAccount=account,
    )

def create_thumbs(name, **variables):
    layers = [layer["LayerVersionArn"]]
    return create(name, "thumbs", Layers=layers, MemorySize=512, Environment={"Variables": variables})

# %% [markdown] name="about-notification"
# The bucket must know whom to tell (a **notification**), and the function must let S3 in (a **permission**).
# A rule can filter by the object's name: the deck's `*.jpg` is written as a suffix.

# %% name="notification"
uploads, thumbs = f"lab05-uploads-{account}", f"lab05-thumbs-{account}"
for bucket in (uploads, thumbs):
    s3.create_bucket(Bucket=bucket)
thumbs_arn = create_thumbs("lab05-thumbs", THUMBS=thumbs)
allow("lab05-thumbs", "s3.amazonaws.com", f"arn:aws:s3:::{uploads}")

def rule(suffix, prefix="", arn=thumbs_arn):
    named = [{"Name": "suffix", "Value": suffix}, {"Name": "prefix", "Value": prefix}]
    bounds = {"Key": {"FilterRules": named}}
    return {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": bounds}

def notify(bucket, *rules):
    settings = {"LambdaFunctionConfigurations": list(rules)}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=settings)

notify(uploads, rule(".jpg"))

# %% name="predict-thumbnails" tags=["exercise"]
lab.predict("thumbnails")

# %% name="predict-thumbnails" tags=["solution"]
lab.predict("thumbnails", guess=4)

# %% name="drop"
names = {"beach.jpg": "beach", "forest.jpg": "forest", "evening.jpg": "evening", "IMG_0042.JPG": "snow"}
for key, scene in names.items():
    s3.put_object(Bucket=uploads, Key=key, Body=pictures.picture(scene), ContentType="image/jpeg")
s3.put_object(Bucket=uploads, Key="notes.txt", Body=b"remember the sun cream")

lab.gallery(uploads, thumbs)
lab.reveal("thumbnails", s3.list_objects_v2(Bucket=thumbs)["KeyCount"])

# %% name="metadata" tags=["nbval-check-output"]
row = boto3.resource("dynamodb").Table("lab05-pictures").get_item(Key={"key": "beach.jpg"})["Item"]
print(f"{row['key']} is {row['width']} × {row['height']}")
#> beach.jpg is 256 × 192

# %% [markdown] name="about-capital"
# **Tweak.** Have `IMG_0042.JPG` get its thumbnail, too. `notify` sets a bucket's whole list of rules, one argument each.

# %% name="capital" tags=["exercise", "task:capital"]
notify(uploads, rule(".jpg"))

s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="capital" tags=["solution", "task:capital"]
notify(uploads, rule(".jpg"), rule(".JPG"))

s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="check-capital"
lab.check("capital")

# %% [markdown] name="about-blank"
# ## A name with a blank
# `red desert.jpg` ends as it should. Follow its event: on AWS it is tried again after one minute and after two more.
# Here the **platform's clock** runs 60 times as fast, so a minute takes a second. Handlers run at true speed.

# %% name="blank-path"
import time

ui.show(lab.clock(speed=60))
path = lab.event_path("lab05-thumbs", since=time.time())
path

# %% name="blank"
s3.put_object(Bucket=uploads, Key="red desert.jpg", Body=pictures.picture("desert"))
path.wait(events=1)

# %% name="blank-log"
logs = boto3.client("logs")

def printed(name, word):
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern=word)
    return [event["message"].strip() for event in found["events"]]

print(printed("lab05-thumbs", "NoSuchKey")[-1].partition("\n")[0])

# %% [markdown] name="about-blank-task"
# **Bug hunt.** Keys in S3's records are URL-encoded: a blank comes as `+`, `é` as `%C3%A9`. Decode the key before you use it.

# %% name="decode" tags=["exercise", "task:decode"]
%%writefile lab05/thumbs.py
import os
from urllib.parse import unquote_plus

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]  # decode the key
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small, ContentType="image/jpeg")
        table.put_item(Item={"key": key, "width": width, "height": height, "bytes": len(picture)})
        print(f"thumbnail of {key}")

# %% name="decode" tags=["solution", "task:decode"]
%%writefile lab05/thumbs.py
import os
from urllib.parse import unquote_plus

import boto3
from small_jpeg import thumbnail  # from the layer

s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("lab05-pictures")

def handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        picture = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        small, (width, height) = thumbnail(picture)
        out = os.environ.get("PREFIX", "") + key
        s3.put_object(Bucket=os.environ["THUMBS"], Key=out, Body=small, ContentType="image/jpeg")
        table.put_item(Item={"key": key, "width": width, "height": height, "bytes": len(picture)})
        print(f"thumbnail of {key}")

# %% name="check-decode"
aws_lambda.update_function_code(FunctionName="lab05-thumbs", ZipFile=package("lab05/thumbs.py"))
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab05-thumbs")
s3.put_object(Bucket=uploads, Key="red desert.jpg", Body=pictures.picture("desert"))

lab.gallery(uploads, thumbs)
lab.check("decode")

# %% [markdown] name="about-loop"
# ## The classic mistake
# One bucket less to look after: the thumbnail goes back into the bucket that the picture came from.
# **Break it:** set `PREFIX` to `"t-"` and `THUMBS` to the album itself, then run the cell.

# %% name="predict-loop" tags=["exercise"]
lab.predict("loop")

# %% name="predict-loop" tags=["solution"]
lab.predict("loop", guess=2)

# %% name="loop" tags=["exercise", "task:loop"]
album = f"lab05-album-{account}"
s3.create_bucket(Bucket=album)
loop_arn = create_thumbs("lab05-loop", THUMBS=thumbs, PREFIX="forest-")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", arn=loop_arn))

s3.put_object(Bucket=album, Key="forest.jpg", Body=pictures.picture("forest"))
lab.gallery(album, album)

# %% name="loop" tags=["solution", "task:loop"]
album = f"lab05-album-{account}"
s3.create_bucket(Bucket=album)
loop_arn = create_thumbs("lab05-loop", THUMBS=album, PREFIX="t-")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", arn=loop_arn))

s3.put_object(Bucket=album, Key="forest.jpg", Body=pictures.picture("forest"))
lab.gallery(album, album)

# %% name="check-loop"
runs = s3.list_objects_v2(Bucket=album)["KeyCount"] - 1  # each run leaves one object
ui.show(lab.reveal("loop", runs), lab.check("loop"))

# %% name="invoice"
from lambada_labs.pricing import compare

# Lambda counts how often an event came from the function itself, and drops it after 16. It sees circles
# through S3, SQS, SNS and Lambda, none through EventBridge or DynamoDB. S3's requests come on top.
one_picture = lab.workload("lab05-loop", requests=1)
ui.failures([compare.recursion_stopped(one_picture), compare.recursion(one_picture)])

# %% [markdown] name="about-one-bucket"
# **Tweak.** One bucket can be right, if the names tell what comes in and what goes out. Give the rule a prefix that thumbnails lack.

# %% name="one-bucket" tags=["exercise", "task:one-bucket"]
for each in s3.list_objects_v2(Bucket=album).get("Contents", []):
    s3.delete_object(Bucket=album, Key=each["Key"])
loop_arn = create_thumbs("lab05-loop", THUMBS=album, PREFIX="out/")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", prefix="", arn=loop_arn))

s3.put_object(Bucket=album, Key="in/beach.jpg", Body=pictures.picture("beach"))
lab.gallery(album, album)

# %% name="one-bucket" tags=["solution", "task:one-bucket"]
for each in s3.list_objects_v2(Bucket=album).get("Contents", []):
    s3.delete_object(Bucket=album, Key=each["Key"])
loop_arn = create_thumbs("lab05-loop", THUMBS=album, PREFIX="out/")
allow("lab05-loop", "s3.amazonaws.com", f"arn:aws:s3:::{album}")
notify(album, rule(".jpg", prefix="in/", arn=loop_arn))

s3.put_object(Bucket=album, Key="in/beach.jpg", Body=pictures.picture("beach"))
lab.gallery(album, album)

# %% name="check-one-bucket"
lab.check("one-bucket")

# %% [markdown] name="about-kinds"
# ## What S3 tells, and what it does not
# A notification can go to a queue or a topic as well. Here a queue collects what happens to one price list.

# %% name="queue"
sqs, prices = boto3.client("sqs"), f"lab05-prices-{account}"
s3.create_bucket(Bucket=prices)
queue = sqs.create_queue(QueueName="lab05-news")["QueueUrl"]
queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
s3_may = {
    "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
    "Resource": queue_arn, "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{prices}"}},
}
policy = json.dumps({"Version": "2012-10-17", "Statement": [s3_may]})
sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})

kinds = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectRestore:*", "s3:Replication:*"]
to_queue = {"QueueConfigurations": [{"QueueArn": queue_arn, "Events": kinds}]}
s3.put_bucket_notification_configuration(Bucket=prices, NotificationConfiguration=to_queue)
queue_arn

# %% name="kinds" tags=["nbval-check-output"]
s3.put_object(Bucket=prices, Key="draft", Body=b"1.20")
s3.copy_object(Bucket=prices, Key="list", CopySource={"Bucket": prices, "Key": "draft"})
s3.delete_object(Bucket=prices, Key="draft")
s3.put_object(Bucket=prices, Key="archive", Body=b"0.90", StorageClass="GLACIER")
s3.restore_object(Bucket=prices, Key="archive", RestoreRequest={"Days": 1})

names = []
while len(names) < 6:
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", []):
        told = json.loads(message["Body"])
        names.append(told.get("Event") or told["Records"][0]["eventName"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
print(sorted(names))
#> ['ObjectCreated:Copy', 'ObjectCreated:Put', 'ObjectCreated:Put', 'ObjectRemoved:Delete', 'ObjectRestore:Post', 's3:TestEvent']

# %% name="predict-simultaneous" tags=["exercise"]
ui.show(lab.predict("unversioned"), lab.predict("versioned"))

# %% name="predict-simultaneous" tags=["solution"]
ui.show(lab.predict("unversioned", guess="40"), lab.predict("versioned", guess="40"))

# %% name="simultaneous"
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

def waiting():
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])

def save_together(times=20):
    before, together = waiting(), Barrier(2)
    def save(text):
        for _ in range(times):
            together.wait()
            s3.put_object(Bucket=prices, Key="list", Body=text)
    with ThreadPoolExecutor(2) as people:
        list(people.map(save, (b"mine" * 20_000, b"yours" * 20_000)))
    return waiting() - before

# %% name="save-together"
plain = save_together()
s3.put_bucket_versioning(Bucket=prices, VersioningConfiguration={"Status": "Enabled"})
versioned = save_together()
print(f"40 writes: {plain} events without versions, {versioned} with")
ui.show(
    lab.reveal("unversioned", "fewer than 40" if plain < 40 else "40"),
    lab.reveal("versioned", "fewer than 40" if versioned < 40 else "40"),
)

# %% [markdown] name="about-late"
# ## Late, and in the wrong order
# Events mostly come within seconds, sometimes after a minute or longer, and nobody promises their order.
# This function keeps a table of what each price list says now.

# %% name="prices"
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        table.put_item(Item={"key": told["key"], "size": told["size"], "sequencer": told["sequencer"]})

# %% name="predict-late" tags=["exercise"]
lab.predict("late")

# %% name="predict-late" tags=["solution"]
lab.predict("late", guess="all 6")

# %% name="late"
prices_arn = create("lab05-prices", "prices")
allow("lab05-prices", "s3.amazonaws.com", f"arn:aws:s3:::{prices}")
notify(prices, rule(".csv", arn=prices_arn))

lab.clock(late=1)  # only here: every event of S3 comes one to three minutes late
for text in (b"old", b"the new prices"):
    for shop in range(6):
        s3.put_object(Bucket=prices, Key=f"shop-{shop}.csv", Body=text)
lab.clock(late=0, turn=200)  # and their time passes
lab.settled()

table = boto3.resource("dynamodb").Table("lab05-prices")
sizes = [int(table.get_item(Key={"key": f"shop-{shop}.csv"})["Item"]["size"]) for shop in range(6)]
right = sizes.count(len(b"the new prices"))
print("sizes in the table:", sizes)
lab.reveal("late", "all 6" if right == 6 else "some" if right else "none")

# %% [markdown] name="about-sequencer"
# **Rework.** Every record of a key has a `sequencer` that grows from write to write: compare it, and never let older news win.
# Write only if the table has no row or an older one, and do not raise for the rest: an error would bring the old event back.

# %% name="sequencer" tags=["exercise", "task:sequencer"]
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        # Write your code here: ConditionExpression=..., ExpressionAttributeValues=...
        table.put_item(Item={"key": told["key"], "size": told["size"], "sequencer": told["sequencer"]})

# %% name="sequencer" tags=["solution", "task:sequencer"]
%%writefile lab05/prices.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")
older = table.meta.client.exceptions.ConditionalCheckFailedException

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        try:
            table.put_item(
                Item={"key": told["key"], "size": told["size"], "sequencer": told["sequencer"]},
                ConditionExpression="attribute_not_exists(sequencer) OR sequencer < :mine",
                ExpressionAttributeValues={":mine": told["sequencer"]},
            )
        except older:
            print(f"older news of {told['key']}")

# %% name="check-sequencer"
create("lab05-prices", "prices")
lab.check("sequencer")

# %% [markdown] name="about-cron"
# ## Every minute, every morning
# CloudWatch Events, EventBridge by today's name, sends an event by the clock: `rate(…)` or `cron(…)`. Watch six minutes at 60×.

# %% name="rate"
from pathlib import Path

Path("lab05/tick.py").write_text("def handler(event, context):\n    print('tick', event['time'])\n")
events = boto3.client("events")

def by_the_clock(name, expression):
    scheduled = events.put_rule(Name=name, ScheduleExpression=expression)["RuleArn"]
    arn = create(name, "tick")
    allow(name, "events.amazonaws.com", scheduled)
    events.put_targets(Rule=name, Targets=[{"Id": "tick", "Arn": arn}])

by_the_clock("lab05-tick", "rate(1 minute)")
lab.cron_dial("lab05-tick", "rate(1 minute)", face="hour", times=6)
stopped = events.disable_rule(Name="lab05-tick")

# %% name="predict-utc" tags=["exercise"]
lab.predict("utc")

# %% name="predict-utc" tags=["solution"]
lab.predict("utc", guess=8)

# %% name="utc"
from datetime import datetime
from zoneinfo import ZoneInfo

by_the_clock("lab05-report", "cron(0 8 * * ? *)")
lab.clock(turn=24 * 60 * 60)  # only here: a day passes
lab.cron_dial("lab05-report", "cron(0 8 * * ? *)", zone="Europe/Riga")

came = datetime.fromisoformat(printed("lab05-report", "tick")[-1].removeprefix("tick "))
lab.reveal("utc", came.astimezone(ZoneInfo("Europe/Riga")).hour)

# %% [markdown] name="about-riga"
# **Tweak.** The report shall be there at 8 in Riga, in summer, too. Rules know only UTC; **EventBridge Scheduler** takes a time zone.

# %% name="riga" tags=["exercise", "task:riga"]
scheduler = boto3.client("scheduler")
role = boto3.client("iam").get_role(RoleName="lab05-caller-role")["Role"]["Arn"]  # it may invoke
told = '{"time": "<aws.scheduler.scheduled-time>"}'
report = {"Arn": create("lab05-riga", "tick"), "RoleArn": role, "Input": told}
wanted = {
    "Name": "lab05-riga", "Target": report, "FlexibleTimeWindow": {"Mode": "OFF"},
    "ScheduleExpression": "cron(0 8 * * ? *)", "ScheduleExpressionTimezone": "UTC",
}
try:
    scheduler.create_schedule(**wanted)
except scheduler.exceptions.ConflictException:
    scheduler.update_schedule(**wanted)
lab.clock(turn=24 * 60 * 60)
lab.cron_dial("lab05-riga", wanted["ScheduleExpression"], zone="Europe/Riga")

# %% name="riga" tags=["solution", "task:riga"]
scheduler = boto3.client("scheduler")
role = boto3.client("iam").get_role(RoleName="lab05-caller-role")["Role"]["Arn"]  # it may invoke
told = '{"time": "<aws.scheduler.scheduled-time>"}'
report = {"Arn": create("lab05-riga", "tick"), "RoleArn": role, "Input": told}
wanted = {
    "Name": "lab05-riga", "Target": report, "FlexibleTimeWindow": {"Mode": "OFF"},
    "ScheduleExpression": "cron(0 8 * * ? *)", "ScheduleExpressionTimezone": "Europe/Riga",
}
try:
    scheduler.create_schedule(**wanted)
except scheduler.exceptions.ConflictException:
    scheduler.update_schedule(**wanted)
lab.clock(turn=24 * 60 * 60)
lab.cron_dial("lab05-riga", wanted["ScheduleExpression"], zone="Europe/Riga")

# %% name="check-riga"
lab.check("riga")

# %% [markdown] name="about-fan-out"
# ## One message, three functions
# A topic sends every message to all who subscribed. A **filter policy** spares those who do not care.

# %% name="fan-out"
fan = "def handler(event, context):\n    print('heard', event['Records'][0]['Sns']['Subject'])\n"
Path("lab05/fan.py").write_text(fan)
sns = boto3.client("sns")
topic = sns.create_topic(Name="lab05-orders")["TopicArn"]
policies = {
    "lab05-mail": None,
    "lab05-baltic": {"country": ["LV", "EE", "LT"]},
    "lab05-large": {"amount": [{"numeric": [">=", 100]}]},
}
for name, policy in policies.items():
    arn = create(name, "fan")
    allow(name, "sns.amazonaws.com", topic)
    attributes = {"FilterPolicy": json.dumps(policy)} if policy else {}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn, Attributes=attributes)

# %% name="predict-fan-out" tags=["exercise"]
lab.predict("fan-out")

# %% name="predict-fan-out" tags=["solution"]
lab.predict("fan-out", guess=3)

# %% name="publish"
def order(subject, country, amount, attributes=True):
    body = json.dumps({"country": country, "amount": amount})
    named = {
        "country": {"DataType": "String", "StringValue": country},
        "amount": {"DataType": "Number", "StringValue": str(amount)},
    }
    found = named if attributes else {}
    sns.publish(TopicArn=topic, Subject=subject, Message=body, MessageAttributes=found)

order("from Riga", "LV", 120)
order("from Boston", "US", 480)
order("only a body", "LV", 120, attributes=False)
lab.settled()
heard = {name: sorted(line.removeprefix("heard ") for line in printed(name, "heard")) for name in policies}
rows = [{"function": name, "it heard": ", ".join(subjects)} for name, subjects in heard.items()]
who = ui.table(rows, title="Three messages, three functions")
ui.show(who, lab.reveal("fan-out", sum("only a body" in subjects for subjects in heard.values())))

# %% [markdown] name="about-pattern"
# ## A pattern that picks events
# On an EventBridge bus everybody's events come by. A rule's **pattern** names fields and the values it wants, always in lists.
# **Twiddle.** Make a rule for orders *placed*, from LV, EE or LT, of 100 or more. Try patterns in the card until exactly the
# ringed events light up, then write yours into the cell.

# %% name="pattern" tags=["exercise", "task:pattern"]
pattern = {"source": ["shop.orders"]}

events.put_rule(Name="lab05-baltic-orders", EventPattern=json.dumps(pattern))
lab.pattern_tester(pattern)

# %% name="pattern" tags=["solution", "task:pattern"]
pattern = {
    "source": ["shop.orders"],
    "detail-type": ["OrderPlaced"],
    "detail": {"country": ["LV", "EE", "LT"], "amount": [{"numeric": [">=", 100]}]},
}
events.put_rule(Name="lab05-baltic-orders", EventPattern=json.dumps(pattern))
lab.pattern_tester(pattern)

# %% name="check-pattern"
lab.check("pattern")

# %% name="refused" tags=["nbval-check-output"]
from botocore.exceptions import ClientError

# Two rules for the same names; a cron with stars where a "?" has to be; a pattern that is no JSON.
attempts = [
    lambda: notify(uploads, rule(".jpg"), rule("h.jpg")),
    lambda: events.put_rule(Name="lab05-tick", ScheduleExpression="cron(0 8 * * * *)"),
    lambda: events.put_rule(Name="lab05-tick", EventPattern="{source: shop.orders}"),
]
for attempt in attempts:
    try:
        attempt()
    except ClientError as error:
        print(error.response["Error"]["Code"], "|", error.response["Error"]["Message"])
#> InvalidArgument | Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.
#> ValidationException | Parameter ScheduleExpression is not valid.
#> InvalidEventPatternException | Event pattern is not valid. Reason: Unrecognized token 'source': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')

# %% [markdown] name="about-logs"
# ## Lines that call a function
# A **subscription filter** sends the lines of a log group that match a pattern to a function. This one prints what it gets.

# %% name="predict-lines" tags=["exercise"]
lab.predict("lines")

# %% name="predict-lines" tags=["solution"]
lab.predict("lines", guess="the lines as JSON")

# %% name="lines"
watcher = "def handler(event, context):\n    print('got', event['awslogs']['data'])\n"
Path("lab05/watcher.py").write_text(watcher)
region, group = boto3.session.Session().region_name, "/aws/lambda/lab05-thumbs"
watcher_arn = create("lab05-watcher", "watcher")
allow("lab05-watcher", "logs.amazonaws.com", f"arn:aws:logs:{region}:{account}:log-group:{group}:*")
logs.put_subscription_filter(
    logGroupName=group, filterName="thumbnails", filterPattern="thumbnail", destinationArn=watcher_arn
)
s3.put_object(Bucket=uploads, Key="beach.jpg", Body=pictures.picture("beach"))
lab.settled()

data = printed("lab05-watcher", "got")[-1].removeprefix("got ")
print(data[:60], "…")
lab.reveal("lines", "letters that say nothing" if data.startswith("H4s") else "the lines as JSON")

# %% name="unpack" tags=["nbval-check-output"]
import base64
import gzip

told = json.loads(gzip.decompress(base64.b64decode(data)))
print(list(told))
print(told["logGroup"], [line["message"].strip() for line in told["logEvents"]])
#> ['messageType', 'owner', 'logGroup', 'logStream', 'subscriptionFilters', 'logEvents']
#> /aws/lambda/lab05-thumbs ['thumbnail of beach.jpg']

# %% [markdown] name="about-producers"
# ## The rest of the deck
# Flip a card: who sends, what the function must allow, what the service does with the answer. Then run its event.
# Each button sends a sample of the service's own event, in its name and under its permission; on an account the service does.

# %% name="producers"
anybody = "def handler(event, context):\n    print('keys', sorted(event))\n    return {}\n"
Path("lab05/anybody.py").write_text(anybody)
create("lab05-anybody", "anybody")
cards = lab.producers("lab05-anybody", role=role)
cards

# %% name="run-producers"
# Most are let in by the function's policy, some bring a role. Then every event is sent once.
for service in cards.services:
    if service.permission:
        statement = {**service.permission, "FunctionName": "lab05-anybody", "StatementId": service.name}
        aws_lambda.add_permission(**statement)
for change in ("new branch", "new tag", "push"):
    cards.run("codecommit", change=change)
cards.run_all()

# %% name="job-result" tags=["nbval-check-output"]
# CodePipeline still waits: returning is not answering. The handler has to report the result.
calls_back = """import boto3

def handler(event, context):
    job = event.get("CodePipeline.job")
    if job:
        boto3.client("codepipeline").put_job_success_result(jobId=job["id"])
"""
print(cards.ran["codepipeline"].outcome)
Path("lab05/anybody.py").write_text(calls_back)
aws_lambda.update_function_code(FunctionName="lab05-anybody", ZipFile=package("lab05/anybody.py"))
aws_lambda.get_waiter("function_updated_v2").wait(FunctionName="lab05-anybody")
print(cards.run("codepipeline").outcome)
#> waiting
#> accepted

# %% [markdown] name="about-orders"
# ## Exactly as often as it should be
# Each order is one event; the function keeps the order and adds its amount to the total. Five orders of 10 come.
# An event queue delivers **at least once**: rarely twice on AWS, here every time, because you switch it on.

# %% name="orders"
%%writefile lab05/orders.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-orders")

def handler(event, context):
    order = event["detail"]
    table.put_item(Item={"key": "order " + order["order"], "amount": order["amount"]})
    add, more = "ADD amount :more", {":more": order["amount"]}
    table.update_item(Key={"key": "total"}, UpdateExpression=add, ExpressionAttributeValues=more)

# %% name="predict-total" tags=["exercise"]
lab.predict("total")

# %% name="predict-total" tags=["solution"]
lab.predict("total", guess=50)

# %% name="total"
shop_rule = events.put_rule(Name="lab05-orders", EventPattern='{"source": ["lab05.shop"]}')["RuleArn"]
orders_arn = create("lab05-orders", "orders")
allow("lab05-orders", "events.amazonaws.com", shop_rule)
events.put_targets(Rule="lab05-orders", Targets=[{"Id": "orders", "Arn": orders_arn}])
orders_table = boto3.resource("dynamodb").Table("lab05-orders")
orders_table.delete_item(Key={"key": "total"})

lab.clock(duplicates=1)  # only here: every event comes twice
details = [json.dumps({"order": f"A-{number}", "amount": 10}) for number in range(5)]
entries = [{"Source": "lab05.shop", "DetailType": "OrderPlaced", "Detail": detail} for detail in details]
events.put_events(Entries=entries)
lab.settled()
lab.clock(duplicates=0)
lab.reveal("total", int(orders_table.get_item(Key={"key": "total"})["Item"]["amount"]))

# %% [markdown] name="about-pipeline"
# **Rework.** Every event counts once: twice the same event adds once, two events of the same amount add twice, and a broken one
# leaves nothing behind, so that it can be sent again when mended. `event["id"]` tells one event from the other.

# %% name="pipeline" tags=["exercise", "task:pipeline"]
%%writefile lab05/orders.py
import boto3

table = boto3.resource("dynamodb").Table("lab05-orders")

def handler(event, context):
    order = event["detail"]
    # Write your code here
    table.put_item(Item={"key": "order " + order["order"], "amount": order["amount"]})
    add, more = "ADD amount :more", {":more": order["amount"]}
    table.update_item(Key={"key": "total"}, UpdateExpression=add, ExpressionAttributeValues=more)

# %% name="pipeline" tags=["solution", "task:pipeline"]
%%writefile lab05/orders.py
import boto3

client, table = boto3.client("dynamodb"), {"TableName": "lab05-orders"}

def handler(event, context):
    order, amount = event["detail"], {"N": str(event["detail"]["amount"])}
    mark = {"Item": {"key": {"S": "event " + event["id"]}, "done": {"BOOL": True}}}
    once = {"ConditionExpression": "attribute_not_exists(done)"}
    add = {"UpdateExpression": "ADD amount :more", "ExpressionAttributeValues": {":more": amount}}
    try:
        client.transact_write_items(TransactItems=[  # all of it, or nothing
            {"Put": table | mark | once},
            {"Put": table | {"Item": {"key": {"S": "order " + order["order"]}, "amount": amount}}},
            {"Update": table | {"Key": {"key": {"S": "total"}}} | add},
        ])
    except client.exceptions.TransactionCanceledException as refused:
        if refused.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        print(f"done before: {event['id']}")

# %% name="check-pipeline"
create("lab05-orders", "orders")
lab.check("pipeline")

# %% [markdown] name="about-production"
# ## In production
# Give every function an on-failure destination, and an alarm on it. Send S3's events to EventBridge where many want them.
# Powertools for AWS Lambda has idempotency ready to use. On a real account rules bind after minutes, not at once, and
# events arrive in seconds; here they come at once and in order unless you ask otherwise. Two writes that overlap always give
# one event here; on AWS they may. S3's ids are stand-ins, signatures of SNS messages cannot be verified, and schedules come to the second.

# %% name="bill"
lab.bill()

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
