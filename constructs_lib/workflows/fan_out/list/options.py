"""The options that all fan-outs over one list share."""

from collections.abc import Mapping
from typing import Annotated, TypedDict

from aws_cdk import aws_s3 as s3

from constructs_lib.core.checked.options import Option


class ToleranceOptions(TypedDict, total=False):
    """How many items may fail."""

    tolerated_failures: Annotated[
        int | None,
        Option(
            "items that may fail without failing the execution. Default: 0, or any number if there is a percentage."
        ),
    ]
    tolerated_failure_percentage: Annotated[
        float | None,
        Option("of all items that may fail without failing the execution. Default: none."),
    ]


class ListOptions(ToleranceOptions, total=False):
    """What fan-outs take whose work is a container."""

    environment: Annotated[
        Mapping[str, str] | None,
        Option("more variables, the same for all jobs; values may be JSONata expressions. Default: none."),
    ]
    bucket: Annotated[
        s3.IBucket | None,
        Option(
            "for long lists and results. Default: one that all fan-outs of the stack share: private, encrypted, "
            "expiring after 30 days."
        ),
    ]
