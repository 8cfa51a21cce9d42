"""moto's S3 of an account: used without a client where that is enough, as nearly every stack has a bucket."""

from typing import Any

from moto.s3.models import s3_backends

from constructs_lib.local.stacks.handlers.contract.handler import Desired


def backend_of(desired: Desired) -> Any:
    """The S3 of the account that a resource is in."""
    return s3_backends[desired.services.account][desired.services.partition]
