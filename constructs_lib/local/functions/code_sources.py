"""Gap: moto makes functions of code that is not in S3, which then cannot run, and knows no layers of other accounts.

Layers of other accounts, such as AWS's own, are taken to be there, as nobody can look at them.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html and
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

import re
from collections.abc import Sequence
from typing import Any

from moto.awslambda import models
from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import LambdaFunction

from constructs_lib.local.patching import Patch

_NO_KEY = (
    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
)

_find = models._validate_s3_bucket_and_key  # noqa: SLF001 this is what gets replaced
_update = LambdaFunction.update_function_code
_ARN = r"arn:[a-zA-Z0-9-]+:lambda:(?P<region>[a-zA-Z0-9-]+):(?P<account>\d{12}):layer:[a-zA-Z0-9-_]+:[0-9]+"

_own_layers = LambdaFunction._get_layers_data  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Refuse code that is nowhere; let functions have layers."""
    return [
        Patch(models, "_validate_s3_bucket_and_key", _found),
        Patch(LambdaFunction, "update_function_code", _updated),
        Patch(LambdaFunction, "_get_layers_data", _layers),
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


def _layers(function: Any, layers_versions_arns: Sequence[str]) -> list[dict[str, Any]]:
    named = [(arn, _account_of(arn, function.region)) for arn in layers_versions_arns]
    own = _own_layers(function, [arn for arn, account in named if account == function.account_id])
    sizes = {layer["Arn"]: layer["CodeSize"] for layer in own}
    return [{"Arn": arn, "CodeSize": sizes.get(arn, 0)} for arn in layers_versions_arns]


def _account_of(arn: str, region: str) -> str:
    """The account of a layer that a function of a region may have."""
    found = re.fullmatch(_ARN, arn)
    if found is None:
        constraint = f"Member must satisfy constraint: [Member must satisfy regular expression pattern: {_ARN}]"
        raise ValidationException(f"[{arn}]", "layers", constraint)
    if found["region"] != region:
        message = f"Layers are not in the same region as the function. Layers are expected to be in region {region}."
        raise InvalidParameterValueException(message)
    return found["account"]
