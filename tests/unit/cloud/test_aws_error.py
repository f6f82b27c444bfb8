"""Every protocol's error document, read back by botocore's own parsers."""

from __future__ import annotations

import json

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from lambada_labs.cloud.local.aws_error import AwsError, protocol_of, render_error

SPOKEN = {
    "rest-json": ("lambda", "rest-json"),
    "json-1.0": ("dynamodb", "json"),
    "json-1.1": ("logs", "json"),
    "query": ("iam", "query"),
    "ec2": ("ec2", "ec2"),
    "s3": ("s3", "rest-xml"),
    "rest-xml": ("cloudfront", "rest-xml"),
    "cbor": ("cloudwatch", "smithy-rpc-v2-cbor"),
}


def read_back(protocol, error):
    service, wire = SPOKEN[protocol]
    response = render_error(error, protocol, "req-1")
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    headers = {name.lower(): value for name, value in response.headers}
    raw = {"status_code": response.status, "headers": headers, "body": response.body}
    return create_parser(wire).parse(raw, model.operation_model(model.operation_names[0]).output_shape)


@pytest.mark.parametrize("protocol", SPOKEN)
def test_boto3_reads_code_text_status_and_request_id(protocol):
    text = 'No "such" thing <here> & there' + "é" * 300
    parsed = read_back(protocol, AwsError("NoSuchThing", text, 404))
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == ("NoSuchThing", text)
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert parsed["ResponseMetadata"]["RequestId"] == "req-1"


def test_fields_and_headers_come_along():
    error = AwsError("TooMany", "Rate Exceeded.", 429, headers={"Retry-After": "0"}, Type="User", Reason="R")
    response = render_error(error, "rest-json", "req-1")
    assert json.loads(response.body) == {"Type": "User", "Reason": "R", "message": "Rate Exceeded."}
    assert ("Retry-After", "0") in response.headers
    assert ("x-amzn-ErrorType", "TooMany") in response.headers


def test_a_capital_message_replaces_the_small_one():
    response = render_error(AwsError("E", "text", Message="text"), "rest-json", "r")
    assert json.loads(response.body) == {"Message": "text"}


def test_s3_members_stand_beside_code_and_message():
    body = render_error(AwsError("NoSuchKey", "gone", 404, Key="a&b"), "s3", "r").body.decode()
    assert "<Code>NoSuchKey</Code><Message>gone</Message><Key>a&amp;b</Key>" in body


@pytest.mark.parametrize(("status", "fault"), [(400, "Sender"), (500, "Receiver")])
def test_query_errors_say_whose_fault_it_is(status, fault):
    assert f"<Type>{fault}</Type>" in render_error(AwsError("E", "t", status), "query", "r").body.decode()


@pytest.mark.parametrize(
    ("service", "headers", "form", "protocol"),
    [
        ("monitoring", {"smithy-protocol": "rpc-v2-cbor"}, False, "cbor"),
        ("dynamodb", {"x-amz-target": "T", "content-type": "application/x-amz-json-1.0"}, False, "json-1.0"),
        ("logs", {"x-amz-target": "T", "content-type": "application/x-amz-json-1.1"}, False, "json-1.1"),
        ("s3", {}, False, "s3"),
        ("s3", {}, True, "s3"),
        ("cloudfront", {}, False, "rest-xml"),
        ("ec2", {}, True, "ec2"),
        ("sts", {}, True, "query"),
        ("lambda", {}, False, "rest-json"),
    ],
)
def test_the_protocol_is_the_one_the_client_spoke(service, headers, form, protocol):
    assert protocol_of(service, headers, form=form) == protocol
