"""Layers of functions: those of other accounts, such as AWS's own, are taken to be there, as nobody can look at them.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

import re
from collections.abc import Sequence
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import LambdaFunction

from constructs_lib.local.patching import Patch

_ARN = r"arn:[a-zA-Z0-9-]+:lambda:(?P<region>[a-zA-Z0-9-]+):(?P<account>\d{12}):layer:[a-zA-Z0-9-_]+:[0-9]+"

_found = LambdaFunction._get_layers_data  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Let functions have them."""
    return [Patch(LambdaFunction, "_get_layers_data", _layers)]


def _layers(function: Any, layers_versions_arns: Sequence[str]) -> list[dict[str, Any]]:
    named = [(arn, _checked(arn, function.region)) for arn in layers_versions_arns]
    own = _found(function, [arn for arn, account in named if account == function.account_id])
    sizes = {layer["Arn"]: layer["CodeSize"] for layer in own}
    return [{"Arn": arn, "CodeSize": sizes.get(arn, 0)} for arn in layers_versions_arns]


def _checked(arn: str, region: str) -> str:
    """The account of a layer that a function of a region may have."""
    found = re.fullmatch(_ARN, arn)
    if found is None:
        constraint = f"Member must satisfy constraint: [Member must satisfy regular expression pattern: {_ARN}]"
        raise ValidationException(f"[{arn}]", "layers", constraint)
    if found["region"] != region:
        message = f"Layers are not in the same region as the function. Layers are expected to be in region {region}."
        raise InvalidParameterValueException(message)
    return found["account"]
