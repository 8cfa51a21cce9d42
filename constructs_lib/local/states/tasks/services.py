"""botocore's models of the services that a state machine calls."""

import threading
from functools import lru_cache
from typing import Any

import botocore.session

# Step Functions says "aws-sdk:cloudwatchlogs:…"; botocore calls the service "logs".
_BOTO_NAMES = {
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityprovider": "cognito-idp",
    "configservice": "config",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "eventbridge": "events",
    "resourcegroupstaggingapi": "resourcegroupstaggingapi",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
}
_LOADING = threading.Lock()


def boto_name(service: str) -> str:
    """Return botocore's name of a service."""
    return _BOTO_NAMES.get(service.lower(), service.lower())


@lru_cache(maxsize=64)
def operation(service: str, action: str) -> Any | None:
    """Return the model of an operation, such as ``("batch", "submitJob")``, None when there is none."""
    wanted = action.replace("_", "").lower()
    model = _service_model(boto_name(service))
    names = (name for name in model.operation_names if name.lower() == wanted) if model else ()
    name = next(iter(names), None)
    return model.operation_model(name) if model and name else None


@lru_cache(maxsize=64)
def java_name(service_name: str) -> str:
    """Return the service's name in names of errors, which are those of the AWS SDK for Java: S3, DynamoDb, Sfn."""
    model = _service_model(boto_name(service_name))
    words = str(model.metadata.get("serviceId", service_name)).split() if model else [service_name]
    return "".join(_JAVA_WORDS.get(word, word[:1] + word[1:].lower() if word.isupper() else word) for word in words)


_JAVA_WORDS = {"DynamoDB": "DynamoDb", "S3": "S3", "EventBridge": "EventBridge", "CloudWatch": "CloudWatch"}


def _service_model(name: str) -> Any | None:
    # Taking turns outside of the cache: hundreds of iterations that start together would load it once each.
    with _LOADING:
        return _load(name)


@lru_cache(maxsize=32)
def _load(name: str) -> Any | None:
    session = botocore.session.get_session()
    return session.get_service_model(name) if name in session.get_available_services() else None
