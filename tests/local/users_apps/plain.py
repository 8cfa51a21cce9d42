"""By aws-cdk-lib alone, as its readme of AWS Batch shows it."""

from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct


class Backups(Stack):
    """A backup every night, by hand also of something else."""

    def __init__(self, scope: Construct, construct_id: str, *, level: str, has_second_queue: bool) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2)
        instances = batch.ManagedEc2EcsComputeEnvironment(
            self,
            "Instances",
            vpc=vpc,
            instance_types=[ec2.InstanceType.of(ec2.InstanceClass.M5, ec2.InstanceSize.LARGE)],
            use_optimal_instance_classes=False,
            spot=True,
            maxv_cpus=32,
        )
        queue = batch.JobQueue(self, "Queue", priority=10)
        queue.add_compute_environment(instances, 1)
        if has_second_queue:
            slow = batch.JobQueue(self, "SlowQueue", priority=1)
            slow.add_compute_environment(instances, 1)
        job = batch.EcsJobDefinition(
            self,
            "Job",
            container=batch.EcsEc2ContainerDefinition(
                self,
                "Container",
                image=ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
                memory=Size.mebibytes(512),
                cpu=1,
                command=["sh", "-c", "echo $DATABASE at level $LEVEL"],
                environment={"LEVEL": level},
            ),
            retry_attempts=3,
            timeout=Duration.hours(2),
        )
        done = sns.Topic(self, "Done")
        submit = tasks.BatchSubmitJob(
            self,
            "Submit",
            job_name="backup",
            job_queue_arn=queue.job_queue_arn,
            job_definition_arn=job.job_definition_arn,
            container_overrides=tasks.BatchContainerOverrides(
                environment={"DATABASE": sfn.JsonPath.string_at("$.database")}
            ),
            result_path="$.job",
        )
        tell = tasks.SnsPublish(
            self,
            "Tell",
            topic=done,
            message=sfn.TaskInput.from_json_path_at("$.database"),
            result_path=sfn.JsonPath.DISCARD,
            output_path="$.database",
        )
        machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_chainable(submit.next(tell)),
            timeout=Duration.hours(3),
        )
        events.Rule(
            self,
            "Nightly",
            schedule=events.Schedule.cron(hour="3", minute="0"),
            targets=[
                targets.SfnStateMachine(machine, input=events.RuleTargetInput.from_object({"database": "orders"}))
            ],
        )


def build(app: App, *, changed: bool) -> None:
    """Later on another level, and with a second queue."""
    Backups(app, "Backups", level="2" if changed else "1", has_second_queue=changed)
