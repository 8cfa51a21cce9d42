"""What is asked: who wants to do what with which resource, in which circumstances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

Values = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Args:
        arn: of the caller; of the session for a role, ``arn:aws:sts::…:assumed-role/NAME/SESSION``. Empty for services.
        account: the caller's account; empty for services.
        role_arn: of the role behind a session. Default: none.
        service: its name, such as ``states.amazonaws.com``. Default: none.
        is_anonymous: whether nobody knows who it is.
        region: where a service acts, which is in some of its names. Default: none.
    """

    arn: str
    account: str
    role_arn: str | None = None
    service: str | None = None
    is_anonymous: bool = False
    region: str = ""

    @classmethod
    def of_service(cls, service: str, region: str = "") -> "Principal":
        """A service of AWS that acts by itself, in a region."""
        return cls("", "", service=service, region=region)

    @classmethod
    def anonymous(cls) -> "Principal":
        """Whoever does not sign his requests."""
        return cls("", "", is_anonymous=True)

    @property
    def name(self) -> str:
        """How AWS names it in a denial."""
        if self.is_anonymous:
            return "User: anonymous"
        return f"User: {self.arn}" if self.arn else f"Service: {self.service}"


@dataclass(frozen=True)
class Request:
    """One action on one resource.

    Args:
        principal: who asks.
        action: such as ``batch:SubmitJob``.
        resource: its ARN, ``*`` for actions that have none, None when it is not known: then every statement that
            allows the action on some resource allows it, and only those that deny it on all resources deny it.
        context: condition keys and their values; names of keys are the same in any case.
    """

    principal: Principal
    action: str
    resource: str | None = "*"
    context: Values = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key; None when the request does not have it."""
        return self._keys.get(key.lower())

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        keys = {**_of_principal(self.principal), **self.context}
        return {name.lower(): (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}


def _of_principal(principal: Principal) -> Values:
    if principal.is_anonymous:
        return {"aws:PrincipalIsAWSService": "false", "aws:PrincipalType": "Anonymous"}
    if principal.service:
        return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": principal.service}
    return {
        "aws:PrincipalAccount": principal.account,
        # Of a session it is the ARN of the role, which policies are written with.
        "aws:PrincipalArn": principal.role_arn or principal.arn,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole" if principal.role_arn else "User",
    }
