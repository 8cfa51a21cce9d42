"""What IAM is asked about metrics, which have no ARNs: the namespace is a condition key."""

from typing import Any, cast

from constructs_lib.local.iam.requests.asked import Asked, Call, Lookup, Place
from constructs_lib.local.iam.requests.mapping import asked_by

PLACE = Place("123456789012", "us-east-1", cast("Lookup", None))


def asked(operation: str, **parameters: Any) -> list[Asked]:
    return asked_by(Call("cloudwatch", operation, parameters), PLACE)


def test_metrics_are_put_into_a_namespace() -> None:
    [question] = asked("PutMetricData", Namespace="Own/Jobs", MetricData=[])
    assert question == Asked("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "Own/Jobs"})


def test_other_calls_ask_for_what_they_name() -> None:
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"
    assert asked("TagResource", ResourceARN=arn) == [Asked("cloudwatch:TagResource", arn)]
