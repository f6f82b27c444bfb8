"""Who sent an event, in words: an ARN or a service's name as people say it."""

from __future__ import annotations

from dataclasses import dataclass

#: The services whose resources send events, and what such a resource is called.
RESOURCES = {
    "sns": ("SNS", "topic"),
    "sqs": ("SQS", "queue"),
    "s3": ("S3", "bucket"),
    "events": ("EventBridge", "rule"),
    "scheduler": ("EventBridge Scheduler", "schedule"),
    "logs": ("CloudWatch Logs", "log group"),
    "cloudwatch": ("CloudWatch", "alarm"),
    "lambda": ("Lambda", "function"),
    "kinesis": ("Kinesis", "stream"),
    "dynamodb": ("DynamoDB", "table"),
    "elasticloadbalancing": ("Elastic Load Balancing", "load balancer"),
    "apigateway": ("API Gateway", "API"),
    "execute-api": ("API Gateway", "API"),
    "states": ("Step Functions", "state machine"),
    "cognito-idp": ("Cognito", "user pool"),
    "alexa-appkit": ("Alexa", "skill"),
    "batchoperations": ("S3 Batch Operations", "job"),
    "lexv2": ("Lex", "bot"),
    "ses": ("SES", "receipt rule"),
    "firehose": ("Data Firehose", "stream"),
}
CALLERS = frozenset({"iam", "sts"})
PRINCIPALS = (".amazonaws.com", ".amazon.com")
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`service` is its prefix in ARNs and principals (`sns`; empty for a caller with keys); `words` for people."""

    service: str
    words: str


def named(sender: str) -> Named:
    """Who that is: an ARN, a service's principal, or nothing known.

    >>> named("arn:aws:sns:us-east-1:123456789012:orders").words, named("s3.amazonaws.com").words
    ('SNS topic orders', 'S3')
    >>> named("arn:aws:iam::123456789012:user/learner").words
    'the user learner, with the SDK'
    """
    if sender.endswith(PRINCIPALS):
        service = sender.split(".", maxsplit=1)[0]
        return Named(service=service, words=RESOURCES.get(service, (service, ""))[0])
    parts = sender.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return Named(service="unknown", words=sender or "an unknown caller")
    service, rest = parts[2], parts[-1]
    if service in CALLERS:
        return Named(service="", words=_caller(rest))
    name, noun = RESOURCES.get(service, (service, ""))
    return Named(service=service, words=" ".join(each for each in (name, noun, last(rest)) if each))


def last(resource: str) -> str:
    """The name at the end of an ARN's resource: `rule/orders` is `orders`, `function:resize:live` is `resize:live`."""
    kind, _, rest = resource.partition(":")
    if rest:
        return rest.removesuffix(":*")
    return kind.rsplit("/", 1)[-1]


def target(arn: str) -> str:
    """A destination as people say it: `SQS queue failed`."""
    return named(arn).words


def _caller(resource: str) -> str:
    """A signed caller: its user, or its role (for a function's own calls the session has the function's name)."""
    kind, *rest = resource.split("/")
    if kind == "assumed-role" and len(rest) > 1:
        return f"{rest[-1]}, with the role {rest[0]}"
    return f"the user {rest[-1]}, with the SDK" if kind == "user" and rest else "you, with the SDK"
