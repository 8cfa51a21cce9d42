"""Jobs in a network of the company, which another team has made."""

from aws_cdk import App, Environment, Size, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import ContainerJob, Ec2ComputeEnvironment, JobImage, JobQueue, Platform

NETWORK = "vpc-0c0ffee0c0ffee000"
SUBNETS = ["subnet-0c0ffee0c0ffee001", "subnet-0c0ffee0c0ffee002"]


class Simulations(Stack):
    """A queue and a job; an engineer submits it."""

    def __init__(self, scope: Construct, construct_id: str, *, most: int) -> None:
        super().__init__(scope, construct_id, env=Environment(account="333333333333", region="eu-west-1"))
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Company",
            vpc_id=NETWORK,
            availability_zones=["eu-west-1a", "eu-west-1b"],
            private_subnet_ids=SUBNETS,
        )
        solvers = ec2.SecurityGroup(self, "Solvers", vpc=vpc, description="Solvers talk to each other")
        solvers.add_ingress_rule(solvers, ec2.Port.tcp(5000))
        instances = Ec2ComputeEnvironment(
            self, "Instances", vpc=vpc, max_vcpus=most, instance_types=["c6i"], security_groups=[solvers]
        )
        JobQueue(self, "Queue", compute_environments=[instances], job_queue_name="simulations")
        ContainerJob(
            self,
            "Solve",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", "echo solved Ref::case by step $AWS_BATCH_JOB_ARRAY_INDEX"],
            parameters={"case": "wing"},
            platform=Platform.EC2,
            vcpus=2,
            memory=Size.gibibytes(2),
        )


def build(app: App, *, changed: bool) -> None:
    """Later with more instances."""
    Simulations(app, "Simulations", most=128 if changed else 32)
