"""AWS::IAM: roles, policies, instance profiles, users, groups and identity providers."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.iam import identities, instance_profiles, policies, users

HANDLERS: dict[str, Handler] = {
    **identities.HANDLERS,
    **instance_profiles.HANDLERS,
    **policies.HANDLERS,
    **users.HANDLERS,
}
