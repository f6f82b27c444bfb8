"""What moto_plug relies on inside moto: when one of these fails, moto moved, and the plug has to follow.

Every message says what the plug does with the thing that is not where it was.
"""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from lambada_labs.cloud.local.moto_plug import MANAGED_POLICIES, SWITCHES, MotoPlug

ACCOUNT = "424242424242"


@pytest.fixture(scope="module", autouse=True)
def plug():
    plug = MotoPlug(account_id=ACCOUNT, region="us-east-1")
    yield plug
    plug.close()


def test_moto_is_in_the_range_that_was_looked_at():
    assert version("moto").startswith("5.2."), "read moto_plug/ against the new moto, then widen the pin"


@pytest.mark.parametrize(
    ("module", "path", "use"),
    [
        ("moto.backends", "list_of_moto_modules", "cached by the dispatcher"),
        ("moto.moto_server.werkzeug_app", "create_backend_app", "makes one application per service"),
        (
            "moto.moto_server.werkzeug_app",
            "DomainDispatcherApplication.infer_service_region_host",
            "names the service",
        ),
        (
            "moto.core.base_backend",
            "BackendDict._create_account_specific_backend",
            "wrapped to skip a global lock",
        ),
        ("moto.core.common_models", "BaseModel", "kept from listing all of its instances"),
        ("moto.core.request", "PRESERVED_HEADER_NAMES_ENVIRON_KEY", "keeps underscores in S3 metadata"),
        ("moto.core.request", "should_preserve_original_header_name", "keeps underscores in S3 metadata"),
        ("moto.core.request", "environ_key_for_header", "keeps underscores in S3 metadata"),
        ("moto.iam.models", "AWSManagedPolicy.from_data", "loads the deck's six managed policies"),
        ("moto.iam.models", "iam_backends", "keys and roles are read from it"),
        ("moto.s3.models", "s3_backends", "objects are read from it"),
        ("moto.s3.exceptions", "MissingBucket", "told apart from a missing key"),
        ("moto.logs.models", "LogEvent", "function logs are written as these"),
        ("moto.logs.models", "EventMessageFilter", "replaced by our filter patterns"),
        ("moto.ses.models", "SESBackend._validate_lambda_action", "kept from looking for functions in moto"),
        ("moto.config.models", "SourceDetail", "made by our Source of a Config rule"),
        ("moto.config.models", "convert_to_class_args", "made by our Source of a Config rule"),
        ("moto.logs.models", "LogsBackend.ensure_log_group", "makes groups of function logs"),
        ("moto.logs.models", "LogsBackend.ensure_log_stream", "makes streams of function logs"),
        ("moto.stepfunctions.parser.asl.utils.boto_client", "boto_client_for", "clients in a role's name"),
        (
            "moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils",
            "execute_lambda_function_integration",
            "tasks go to our Lambda",
        ),
        (
            "moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils",
            "LambdaFunctionErrorException",
            "a function that failed",
        ),
        (
            "moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda",
            "StateTaskLambda._from_error",
            "names of refusals",
        ),
        (
            "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda",
            "StateTaskServiceLambda._error_cause_from_client_error",
            "names of refusals",
        ),
        (
            "moto.stepfunctions.parser.asl.component.common.retry.retrier_decl",
            "time",
            "Retry waits by our clock",
        ),
        (
            "moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function",
            "WaitFunction._wait_interval",
            "Wait by our clock",
        ),
        (
            "moto.stepfunctions.parser.asl.eval.event.event_manager",
            "EventManager._get_current_timestamp",
            "history by our clock",
        ),
        ("moto.stepfunctions.parser.backend.execution", "datetime", "history by our clock"),
        ("moto.stepfunctions.parser.models", "datetime", "history by our clock"),
        (
            "moto.cloudformation.parsing",
            "resource_class_from_type",
            "functions and custom resources are ours",
        ),
        ("moto.cloudformation.parsing", "ResourceMap", "its resources are read and taken out"),
        (
            "moto.cloudformation.custom_model",
            "CustomModel.create_from_cloudformation_json",
            "asks the function",
        ),
        ("moto.cloudformation.custom_model", "CustomModel.set_data", "takes its answer"),
        ("moto.cloudformation.models", "Stack.create_resources", "made in a thread"),
        ("moto.cloudformation.models", "Stack.update", "changed in a thread"),
        ("moto.cloudformation.models", "Stack.outputs", "not asked too early"),
        ("moto.cloudformation.models", "Stack.stack_resources", "not asked too early"),
        ("moto.cloudformation.models", "ChangeSet.apply", "made with what its functions answer"),
        ("moto.cloudformation.models", "CloudFormationBackend.delete_stack", "deleted in a thread"),
        ("moto.cloudformation.models", "CloudFormationBackend.execute_change_set", "says what became of it"),
        ("moto.cloudwatch.models", "MetricAggregatedDatum", "Lambda's metrics are written as these"),
        (
            "moto.cloudwatch.models",
            "CloudWatchBackend.get_all_metrics",
            "stands in while dimensions are matched",
        ),
    ],
)
def test_the_names_are_where_they_were(module, path, use):
    found = importlib.import_module(module)
    for name in path.split("."):
        assert hasattr(found, name), f"{module}.{path} is gone; the plug needs it: {use}"
        found = getattr(found, name)


@pytest.mark.parametrize(
    ("module", "path", "parameters"),
    [
        ("moto.moto_server.werkzeug_app", "DomainDispatcherApplication.__init__", ["self", "create_app"]),
        (
            "moto.moto_server.werkzeug_app",
            "DomainDispatcherApplication.infer_service_region_host",
            ["self", "environ", "path"],
        ),
        ("moto.moto_server.werkzeug_app", "create_backend_app", ["service"]),
        (
            "moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils",
            "execute_lambda_function_integration",
            ["env", "parameters", "region", "state_credentials"],
        ),
        (
            "moto.stepfunctions.parser.asl.utils.boto_client",
            "boto_client_for",
            ["region", "service", "state_credentials"],
        ),
        (
            "moto.cloudformation.custom_model",
            "CustomModel.__init__",
            ["self", "region_name", "request_id", "logical_id", "resource_name"],
        ),
        ("moto.iam.models", "AWSManagedPolicy.from_data", ["name", "account_id", "region_name", "data"]),
        ("moto.sns.models", "SNSBackend.set_subscription_attributes", ["self", "arn", "name", "value"]),
        ("moto.sns.models", "SNSBackend._validate_filter_policy", ["self", "value", "scope"]),
        ("moto.logs.models", "LogEvent.__init__", ["self", "ingestion_time", "log_event"]),
        (
            "moto.config.models",
            "Source.__init__",
            ["self", "account_id", "region", "owner", "source_identifier", "source_details"],
        ),
        ("moto.logs.models", "LogsBackend.ensure_log_stream", ["self", "log_group_name", "log_stream_name"]),
        (
            "moto.cloudwatch.models",
            "MetricAggregatedDatum.__init__",
            [
                "self",
                "namespace",
                "name",
                "min_stat",
                "max_stat",
                "sample_count",
                "sum_stat",
                "dimensions",
                "timestamp",
                "unit",
            ],
        ),
    ],
)
def test_the_functions_take_what_they_took(module, path, parameters):
    found = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    assert list(inspect.signature(found).parameters) == parameters, f"{module}.{path} is called by the plug"


def test_the_objects_have_the_fields_that_are_read(plug):
    from moto.iam.models import iam_backends
    from moto.logs.models import logs_backends

    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user("us-east-1", "canary")
    key = iam.create_access_key("canary")
    role = iam.create_role("canary", "{}", "/", None, "", [], "3600")
    plug.append_logs("us-east-1", "/canary", "stream", [(1, "line")])
    stream = logs_backends[ACCOUNT]["us-east-1"].groups["/canary"].streams["stream"]
    assert {"secret_access_key", "status", "user_name"} <= set(vars(key))
    assert iam.access_keys[key.access_key_id] is key
    assert {"id", "name", "assume_role_policy_document", "max_session_duration"} <= set(vars(role))
    assert {"events", "stored_bytes", "last_ingestion_time", "upload_sequence_token"} <= set(vars(stream))
    assert {"event_id", "timestamp", "message"} <= set(vars(stream.events[0]))


def test_the_stores_of_triggering_services_have_what_is_read():
    from moto.cognitoidp.models import cognitoidp_backends
    from moto.iot.models import iot_backends
    from moto.ses.models import ses_backends

    idp = cognitoidp_backends[ACCOUNT]["us-east-1"]
    pool = idp.create_user_pool("canary", {"LambdaConfig": {"PreSignUp": "arn"}})
    assert idp.user_pools[pool.id].extended_config["LambdaConfig"] == {"PreSignUp": "arn"}
    assert {"id", "region", "clients"} <= set(vars(pool))
    iot = iot_backends[ACCOUNT]["us-east-1"]
    more = {"description": "", "rule_disabled": False, "error_action": {}, "aws_iot_sql_version": ""}
    iot.create_topic_rule("canary", "SELECT * FROM 'a'", actions=[{"lambda": {"functionArn": "arn"}}], **more)
    assert {"arn", "sql", "actions", "error_action", "rule_disabled"} <= set(vars(iot.rules["canary"]))
    ses = ses_backends[ACCOUNT]["us-east-1"]
    ses.create_receipt_rule_set("canary")
    assert {"name", "rules", "is_active"} <= set(vars(ses.receipt_rule_set["canary"]))


def test_moto_loads_no_managed_policies_but_ours(plug):
    from moto.iam import aws_managed_policies
    from moto.iam.models import iam_backends

    assert sorted(p.name for p in iam_backends[ACCOUNT]["aws"].managed_policies.values()) == sorted(
        MANAGED_POLICIES
    )
    assert aws_managed_policies.aws_managed_policies_data == "{}", "five megabytes stay in memory again"


def test_cors_for_everybody_is_off():
    # In a process of its own: moto reads the variable once, and another test may have imported it before.
    code = "import moto.settings as s; print(bool(s.DISABLE_GLOBAL_CORS))"
    argv, environ = [sys.executable, "-c", code], {**os.environ, **SWITCHES}
    told = subprocess.run(argv, capture_output=True, text=True, check=True, env=environ).stdout
    assert told.strip() == "True", (
        "MOTO_DISABLE_GLOBAL_CORS is not read any more: strangers' pages may read answers"
    )


def test_nothing_runs_in_docker():
    from moto.core.config import default_user_config

    assert {service: default_user_config[service] for service in ("lambda", "batch")} == {
        "lambda": {"use_docker": False},
        "batch": {"use_docker": False},
    }


def test_what_is_deleted_is_forgotten(plug):
    """moto keeps a list of every instance of every model; the plug switches that off."""
    import gc
    import weakref

    from moto.logs.models import LogEvent, logs_backends

    plug.append_logs("us-east-1", "/forgotten", "stream", [(1, "line")])
    backend = logs_backends[ACCOUNT]["us-east-1"]
    event = weakref.ref(backend.groups["/forgotten"].streams["stream"].events[0])
    backend.delete_log_group("/forgotten")
    gc.collect()
    assert event() is None
    assert LogEvent.instances_tracked == []


def test_applications_raise_what_they_cannot_do():
    """The plug turns exceptions into AWS's errors; a Flask that answers with a page of its own would hide them."""
    from moto.moto_server.werkzeug_app import create_backend_app

    assert create_backend_app("sts").debug, "moto's applications no longer let exceptions through"
