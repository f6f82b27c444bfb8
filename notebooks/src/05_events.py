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
from lambada_labs import package
from lambada_labs.labs import pictures

aws_lambda, s3 = boto3.client("lambda"), boto3.client("s3")
account = boto3.client("sts").get_caller_identity()["Account"]
role_arn = boto3.client("iam").get_role(RoleName="lab05-role")["Role"]["Arn"]  # made when the lab was opened

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
        s3.put_object(Bucket=os.environ["THUMBS"], Key=key, Body=small, ContentType="image/jpeg")
        table.put_item(Item={"key": key, "width": width, "height": height, "bytes": len(picture)})
        print(f"thumbnail of {key}")

# %% name="create-function"
# You will make many functions and let services in: two small helpers, nothing new in them.
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

uploads, thumbs = f"lab05-uploads-{account}", f"lab05-thumbs-{account}"
for bucket in (uploads, thumbs):
    s3.create_bucket(Bucket=bucket)
using_layer = {"Layers": [layer["LayerVersionArn"]], "MemorySize": 512}
thumbs_arn = create("lab05-thumbs", "thumbs", Environment={"Variables": {"THUMBS": thumbs}}, **using_layer)

# %% [markdown] name="about-notification"
# The bucket must know whom to tell (a **notification**), and the function must let S3 in (a **permission**).
# A rule can filter by the object's name: `*.jpg` is written as a suffix.

# %% name="notification"
allow("lab05-thumbs", "s3.amazonaws.com", f"arn:aws:s3:::{uploads}")

def rule(suffix):
    named = {"Key": {"FilterRules": [{"Name": "suffix", "Value": suffix}]}}
    return {"LambdaFunctionArn": thumbs_arn, "Events": ["s3:ObjectCreated:*"], "Filter": named}

s3.put_bucket_notification_configuration(
    Bucket=uploads, NotificationConfiguration={"LambdaFunctionConfigurations": [rule(".jpg")]}
)

# %% name="predict-thumbnails" tags=["exercise"]
lab.predict("thumbnails")

# %% name="predict-thumbnails" tags=["solution"]
lab.predict("thumbnails", guess=4)

# %% name="drop"
lab.clock(speed=60)  # on AWS, retries come after one and two minutes; here a minute takes a second

names = {"beach.jpg": "beach", "forest.jpg": "forest", "evening.jpg": "evening", "IMG_0042.JPG": "snow"}
for key, scene in names.items():
    s3.put_object(Bucket=uploads, Key=key, Body=pictures.picture(scene), ContentType="image/jpeg")
s3.put_object(Bucket=uploads, Key="notes.txt", Body=b"remember the sun cream")

lab.gallery(uploads, thumbs)

# %% name="reveal-thumbnails"
found = s3.list_objects_v2(Bucket=thumbs)
lab.reveal("thumbnails", found["KeyCount"])

# %% [markdown] name="about-capital"
# **Tweak.** Have `IMG_0042.JPG` get its thumbnail, too. A bucket may have many rules, and the call replaces all of them.

# %% name="capital" tags=["exercise", "task:capital"]
rules = [rule(".jpg")]

s3.put_bucket_notification_configuration(
    Bucket=uploads, NotificationConfiguration={"LambdaFunctionConfigurations": rules}
)
s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="capital" tags=["solution", "task:capital"]
rules = [rule(".jpg"), rule(".JPG")]

s3.put_bucket_notification_configuration(
    Bucket=uploads, NotificationConfiguration={"LambdaFunctionConfigurations": rules}
)
s3.put_object(Bucket=uploads, Key="IMG_0042.JPG", Body=pictures.picture("snow"))
lab.gallery(uploads, thumbs)

# %% name="check-capital"
lab.check("capital")

# %% name="bill"
lab.bill()

# %% name="clean-up"
lab.clean_up()

# %% name="recap"
from lambada_labs import ui

ui.show(lab.predictions(), lab.recap())

# %% name="quiz"
lab.quiz()
