"""The ARNs by which IAM knows job definitions.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html
"""

from aws_cdk import Aws, Fn, Token
from aws_cdk import aws_batch as batch


def definition_arns(job: batch.IJobDefinition, *, any_revision: bool = False) -> list[str]:
    """What a policy says for a definition.

    AWS compares with the definition as it is submitted: an ARN without revision may stand for any revision.

    Args:
        job: the definition.
        any_revision: also those before and after the one that is deployed, by number or by name alone.
    """
    arn = job.job_definition_arn
    # One that a resource tells has a revision; one that was put together by name, see `own_definitions`, has none.
    unresolved = Token.is_unresolved(arn) and "job-definition/" not in arn
    if unresolved and any_revision:
        arn = own_definitions(definition_name(job))
    elif unresolved or (arn.rpartition(":")[2].isdigit() and not any_revision):
        return [arn]
    elif arn.rpartition(":")[2].isdigit():
        arn = arn.rpartition(":")[0]
    return [arn, f"{arn}:*"]


def definition_name(job: batch.IJobDefinition) -> str:
    """The name of a deployed definition, whose ARN ends with ``job-definition/name:revision``."""
    return Fn.select(1, Fn.split("/", Fn.select(5, Fn.split(":", job.job_definition_arn))))


def own_definitions(name: str) -> str:
    """The ARN of definitions of this account by their name, without a revision."""
    return f"arn:{Aws.PARTITION}:batch:{Aws.REGION}:{Aws.ACCOUNT_ID}:job-definition/{name}"
