"""The revision of a task definition that a state runs, while deployments register new ones.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html
"""

from aws_cdk import CfnDeletionPolicy, CfnResource
from aws_cdk import aws_ecs as ecs
from constructs import IConstruct

from constructs_lib.core.stacks import same_deployment


def started_revision(scope: IConstruct, definition: ecs.TaskDefinition) -> str:
    """The ARN of the revision deployed with the state, or the name of the family if it is in another stack.

    An execution keeps the definition with which it began, so the revision in it stays ACTIVE when a deployment
    registers the next. A revision of another stack would be an export, which cannot change while it is in use.

    Args:
        scope: the construct that runs tasks.
        definition: the definition.
    """
    if not same_deployment(scope, definition):
        return definition.family
    resource = definition.node.default_child
    if isinstance(resource, CfnResource):
        options = resource.cfn_options
        options.update_replace_policy = CfnDeletionPolicy.RETAIN
        options.deletion_policy = options.deletion_policy or CfnDeletionPolicy.DELETE
    return definition.task_definition_arn
