"""Gap: moto makes functions of code that is not where it is said to be in S3, which then cannot run.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
"""

from typing import Any

from moto.awslambda import models
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaFunction

from constructs_lib.local.patching import Patch

_NO_KEY = (
    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
)

_find = models._validate_s3_bucket_and_key  # noqa: SLF001 this is what gets replaced
_update = LambdaFunction.update_function_code


def patches() -> list[Patch]:
    """Refuse it."""
    return [
        Patch(models, "_validate_s3_bucket_and_key", _found),
        Patch(LambdaFunction, "update_function_code", _updated),
    ]


def _found(account_id: str, partition: str, data: dict[str, Any]) -> Any:
    key = _find(account_id, partition, data)
    if key is None:
        raise InvalidParameterValueException(_NO_KEY)
    return key


def _updated(function: Any, updated_spec: dict[str, Any]) -> Any:
    if "S3Key" in updated_spec:
        _found(function.account_id, function.partition, updated_spec)
    return _update(function, updated_spec)
