"""The permissions of a state machine that runs tasks of Amazon ECS.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

from constructs_lib.core.pseudo import account_id, partition, region


def run_and_stop(cluster: ecs.ICluster, task_definition: ecs.TaskDefinition) -> list[iam.PolicyStatement]:
    """Permissions to run one definition in one cluster, to wait for its tasks, and to stop them with the execution."""
    place = f"{region()}:{account_id()}"
    return [
        iam.PolicyStatement(
            actions=["ecs:RunTask"],
            # An execution that began before a deployment has an earlier revision in its definition.
            resources=[f"arn:{partition()}:ecs:{place}:task-definition/{task_definition.family}:*"],
            conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
        ),
        iam.PolicyStatement(
            actions=["ecs:DescribeTasks", "ecs:StopTask"],
            resources=[f"arn:{partition()}:ecs:{place}:task/{cluster.cluster_name}/*"],
        ),
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            # obtain_execution_role() makes the role now: a role that a log driver or a secret adds later would be
            # missing.
            resources=[task_definition.task_role.role_arn, task_definition.obtain_execution_role().role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        iam.PolicyStatement(
            actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            resources=[f"arn:{partition()}:events:{place}:rule/StepFunctionsGetEventsForECSTaskRule"],
        ),
    ]
