"""A job of S3 Batch Operations, read from CreateJob's XML and shown as DescribeJob and ListJobs show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from lambada_labs.cloud.local.aws_error import AwsError

NAMESPACE = "http://awss3control.amazonaws.com/doc/2018-08-20/"
MANIFEST_FORMAT, REPORT_FORMAT = "S3BatchOperations_CSV_20180820", "Report_CSV_20180820"
#: Members that are lists or maps of texts, and so never a group of members.
LISTS, MAPS = frozenset({"Fields"}), frozenset({"UserArguments"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What CreateJob was given, under AWS's names."""

    given: Mapping[str, Any]

    @property
    def function_arn(self) -> str:
        """The function of the job."""
        return str(self.given["Operation"]["LambdaInvoke"]["FunctionArn"])

    @property
    def schema(self) -> str:
        """The version of the event's schema."""
        return str(self.given["Operation"]["LambdaInvoke"].get("InvocationSchemaVersion", "1.0"))

    @property
    def arguments(self) -> Mapping[str, str]:
        """What every event carries, in schema 2.0."""
        return dict(self.given["Operation"]["LambdaInvoke"].get("UserArguments", {}))

    @property
    def role_arn(self) -> str:
        """The role of the job."""
        return str(self.given["RoleArn"])

    @property
    def fields(self) -> Sequence[str]:
        """The columns of the manifest."""
        return list(self.given["Manifest"]["Spec"].get("Fields", ()))

    @property
    def manifest(self) -> tuple[str, str, str]:
        """Bucket, key and ETag of the manifest."""
        location = self.given["Manifest"]["Location"]
        bucket, _, key = location["ObjectArn"].rpartition(":::")[2].partition("/")
        return bucket, key, location["ETag"].strip('"')

    @property
    def report(self) -> Mapping[str, Any]:
        """Whether, where and of what a report is wanted."""
        return dict(self.given["Report"])


@dataclass(slots=True, kw_only=True)
class Job:
    """A job at work; times in seconds since the epoch by the cloud's clock."""

    id: str
    arn: str
    region: str
    order: Order
    created: float
    status: str = "New"
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    began: float = 0.0
    ended: float = 0.0
    priority: int = 0
    reason: str = ""
    failures: list[tuple[str, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """As DescribeJob shows it."""
        given = self.order.given
        told = {
            "JobId": self.id,
            "ConfirmationRequired": given.get("ConfirmationRequired", "false"),
            "Description": given.get("Description"),
            "JobArn": self.arn,
            "Status": self.status,
            "Manifest": given["Manifest"],
            "Operation": given["Operation"],
            "Priority": self.priority,
            "ProgressSummary": self.progress(),
            "StatusUpdateReason": self.reason or None,
            "FailureReasons": [{"FailureCode": code, "FailureReason": text} for code, text in self.failures],
            "Report": given["Report"],
            "CreationTime": moment(self.created),
            "TerminationDate": moment(self.ended) if self.ended else None,
            "RoleArn": self.order.role_arn,
        }
        return {name: value for name, value in told.items() if value is not None}

    def listed(self) -> dict[str, Any]:
        """As ListJobs shows it."""
        shown = self.shown()
        kept = ("JobId", "Description", "Priority", "Status", "CreationTime", "TerminationDate")
        told = {name: shown[name] for name in kept if name in shown}
        return {**told, "Operation": "LambdaInvoke", "ProgressSummary": self.progress()}

    def progress(self) -> dict[str, Any]:
        """How far it is."""
        seconds = int((self.ended or self.began) - self.began)
        return {
            "TotalNumberOfTasks": self.total,
            "NumberOfTasksSucceeded": self.succeeded,
            "NumberOfTasksFailed": self.failed,
            "Timers": {"ElapsedTimeInActiveSeconds": seconds},
        }


def read(body: bytes) -> Order:
    """The order in CreateJob's XML; raises `AwsError` for what S3 would refuse."""
    try:
        given = _value(ET.fromstring(body))  # noqa: S314 - expat bounds expansion
    except ET.ParseError:
        raise AwsError("MalformedXML", "The XML you provided was not well-formed") from None
    if "LambdaInvoke" not in given.get("Operation", {}):
        raise AwsError("NotImplemented", "The local cloud runs jobs of the operation LambdaInvoke only.", 501)
    if "Manifest" not in given:
        raise _bad("Request must specify a manifest or a manifest generator")
    spec, report = given["Manifest"]["Spec"], given["Report"]
    if spec["Format"] != MANIFEST_FORMAT:
        raise AwsError("NotImplemented", f"The local cloud reads manifests of {MANIFEST_FORMAT} only.", 501)
    fields = spec.get("Fields", [])
    if not {"Bucket", "Key"} <= set(fields):
        raise _bad("Manifest fields must contain Bucket and Key")
    if report["Enabled"] == "true" and not {"Bucket", "Format", "ReportScope"} <= set(report):
        raise _bad("Report must have Bucket, Format and ReportScope where it is enabled")
    order = Order(given=given)
    if order.arguments and order.schema != "2.0":
        raise _bad("InvocationSchemaVersion 2.0 is required for UserArguments")
    return order


def written(name: str, told: Mapping[str, Any]) -> bytes:
    """A document of S3's control API."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">{_xml(told)}</{name}>'.encode()
    )


def _bad(text: str) -> AwsError:
    return AwsError("InvalidRequest", text)


def _value(element: ET.Element) -> Any:
    name = _name(element)
    if name in LISTS:
        return [one.text or "" for one in element]
    if name in MAPS:
        pairs = ({_name(part): part.text or "" for part in entry} for entry in element)
        return {pair["key"]: pair["value"] for pair in pairs}
    if len(element):
        return {_name(one): _value(one) for one in element}
    return element.text or ""


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _xml(told: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{_content(name, value)}</{name}>" for name, value in told.items())


def _content(name: str, value: Any) -> str:
    if name in MAPS:
        return "".join(f"<entry>{_xml({'key': key, 'value': text})}</entry>" for key, text in value.items())
    if isinstance(value, Mapping):
        return _xml(value)
    if isinstance(value, list | tuple):
        return "".join(f"<member>{_content('', one)}</member>" for one in value)
    return escape(str(value))


def moment(at: float) -> str:
    """A moment in XML."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
