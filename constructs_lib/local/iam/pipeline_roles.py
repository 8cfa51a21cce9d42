"""Gap: moto sees that a role trusts AWS CodePipeline only if each of its statements names one service alone.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.codepipeline.models import CodePipelineBackend
from moto.iam.models import iam_backends

from constructs_lib.local.patching import Patch


@dataclass(frozen=True, slots=True)
class _Role:
    assume_role_policy_document: str


class _Roles:
    """Finds roles, each with a statement for every service that it trusts.

    Args:
        backend: of AWS CodePipeline.
    """

    def __init__(self, backend: Any) -> None:
        self._iam = iam_backends[backend.account_id][backend.partition]

    def get_role_by_arn(self, arn: str) -> _Role:
        """What moto's pipelines ask for."""
        trust = json.loads(self._iam.get_role_by_arn(arn).assume_role_policy_document)
        statements = [{"Principal": {"Service": service}} for service in _services(trust)]
        return _Role(json.dumps({"Statement": statements}))


def patches() -> list[Patch]:
    """Let pipelines have every role that trusts their service."""
    return [Patch(CodePipelineBackend, "iam_backend", property(_Roles))]


def _services(trust: dict[str, Any]) -> Iterator[str]:
    for statement in _list(trust["Statement"]):
        principal = statement.get("Principal")
        if statement["Effect"] == "Allow" and isinstance(principal, dict):
            yield from _list(principal.get("Service", []))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
