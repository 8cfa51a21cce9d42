"""The decision about a request: within one account, or of a caller from another one.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from dataclasses import dataclass

from constructs_lib.local.iam.evaluate.policy import Policy
from constructs_lib.local.iam.evaluate.principals import Match
from constructs_lib.local.iam.evaluate.request import Request

_IDENTITY, _RESOURCE = "identity-based policy", "resource-based policy"
_BOUNDARY, _SESSION = "permissions boundary", "session policy"


@dataclass(frozen=True)
class Policies:
    """All that has a say in a request.

    Args:
        identity: of the caller, inline and managed.
        boundary: the caller's permissions boundary. Default: none.
        session: what the session was limited to. Default: none.
        resource: the resource's own policy. Default: none.
        resource_decides: whether the resource's policy must allow it, as those of roles and KMS keys must; for other
            resources of the same account it is enough when either side allows.
        both_decide: whether the caller's policies and the resource's must allow it, as between two accounts.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None
    resource: Policy | None = None
    resource_decides: bool = False
    both_decide: bool = False

    @property
    def ask_for_circumstances(self) -> bool:
        """Whether anything but who asks, the action and the resource matters to one of them."""
        found = (*self.identity, self.boundary, self.session, self.resource)
        return any(policy is not None and policy.asks_for_circumstances for policy in found)


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed; why not, in AWS's words."""

    allowed: bool
    reason: str = ""

    def message(self, request: Request) -> str:
        """The denial as AWS words it.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        asked = f"{request.principal.name} is not authorized to perform: {request.action}"
        return f"{asked} on resource: {request.resource or '*'} {self.reason}"


_ALLOWED = Decision(allowed=True)


def decide(request: Request, policies: Policies) -> Decision:
    """Explicit denials first, then what allows; what nothing allows is denied."""
    return _forbidden(request, policies) or _granted(request, policies)


def _forbidden(request: Request, policies: Policies) -> Decision | None:
    groups = (
        (f"a {_RESOURCE}", (policies.resource,)),
        (f"an {_IDENTITY}", policies.identity),
        (f"a {_BOUNDARY}", (policies.boundary,)),
        (f"a {_SESSION}", (policies.session,)),
    )
    for kind, group in groups:
        if any(policy is not None and policy.denies(request) for policy in group):
            return Decision(allowed=False, reason=f"with an explicit deny in {kind}")
    return None


def _granted(request: Request, policies: Policies) -> Decision:
    by_resource = policies.resource.allows(request) if policies.resource else Match.NONE
    by_identity = any(policy.allows(request) for policy in policies.identity)
    if (policies.resource_decides or policies.both_decide) and by_resource is Match.NONE:
        return _nothing_allows(_RESOURCE, request)
    if policies.both_decide and not by_identity:
        return _nothing_allows(_IDENTITY, request)
    if by_resource is Match.SESSION or (request.principal.service and by_resource):
        return _ALLOWED
    if by_resource is not Match.NAMED and not by_identity:
        return _nothing_allows(_IDENTITY if request.principal.arn else _RESOURCE, request)
    for kind, policy in ((_BOUNDARY, policies.boundary), (_SESSION, policies.session)):
        if policy is not None and not policy.allows(request):
            return _nothing_allows(kind, request)
    return _ALLOWED


def _nothing_allows(kind: str, request: Request) -> Decision:
    return Decision(allowed=False, reason=f"because no {kind} allows the {request.action} action")
