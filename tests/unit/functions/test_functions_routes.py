"""Which operation a method and a path mean, and what comes out of the path."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.operations import operations, route
from lambada_labs.cloud.local.functions.service import HANDLERS


@pytest.mark.parametrize(
    ("method", "path", "operation", "labels"),
    [
        ("POST", "/2015-03-31/functions", "CreateFunction", {}),
        ("POST", "/2015-03-31/functions/", "CreateFunction", {}),
        ("GET", "/2015-03-31/functions/", "ListFunctions", {}),
        ("POST", "/2015-03-31/functions/f%3Alive/invocations", "Invoke", {"FunctionName": "f:live"}),
        ("GET", "/2015-03-31/functions/f:live", "GetFunction", {"FunctionName": "f:live"}),
        ("GET", "/2018-10-31/layers", "ListLayers", {}),
        ("GET", "/2018-10-31/layers?find=LayerVersion&Arn=x", "GetLayerVersionByArn", {}),
        (
            "DELETE",
            "/2015-03-31/functions/f/policy/s1?Qualifier=1",
            "RemovePermission",
            {"FunctionName": "f", "StatementId": "s1"},
        ),
        (
            "GET",
            "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af",
            "ListTags",
            {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        ),
    ],
)
def test_a_path_means_its_operation(room, method, path, operation, labels):
    found = route(room.request(method, path))
    assert (found.operation.name, dict(found.labels)) == (operation, labels)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/2015-03-31"),
        ("PATCH", "/2015-03-31/functions"),
        ("GET", "/1999-01-01/functions"),
    ],
)
def test_other_paths_are_no_operation(room, method, path):
    with pytest.raises(AwsError) as caught:
        route(room.request(method, path))
    assert (caught.value.code, caught.value.status) == ("UnknownOperationException", 404)


def test_every_handler_is_an_operation_of_aws():
    assert set(HANDLERS) <= set(operations())
