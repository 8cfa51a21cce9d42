"""The options that all fan-outs over one list share."""

from collections.abc import Mapping
from typing import Annotated, TypedDict

from aws_cdk import aws_s3 as s3

from constructs_lib.core.checked.options import Option


class ToleranceOptions(TypedDict, total=False):
    """How many items of a fan-out may fail."""

    tolerated_failures: Annotated[
        int | None,
        Option(
            "number of items that may fail without failing the execution. Default: 0, or unlimited if "
            "``tolerated_failure_percentage`` is set."
        ),
    ]
    tolerated_failure_percentage: Annotated[
        float | None,
        Option("percentage of items, 0 to 100, that may fail without failing the execution. Default: no percentage."),
    ]


class ListOptions(ToleranceOptions, total=False):
    """The options of fan-outs whose items run in containers."""

    environment: Annotated[
        Mapping[str, str] | None,
        Option("environment variables of all containers; values may be JSONata expressions. Default: no variables."),
    ]
    bucket: Annotated[
        s3.IBucket | None,
        Option(
            "bucket for long lists and for results. Default: one bucket per stack, shared by its fan-outs: private, "
            "encrypted, with objects that expire after 30 days."
        ),
    ]
