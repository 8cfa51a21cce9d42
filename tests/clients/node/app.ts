// An app of plain aws-cdk-lib constructs: a job on Fargate that a state machine runs.
import { App, CfnOutput, Size, Stack } from "aws-cdk-lib";
import * as batch from "aws-cdk-lib/aws-batch";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks";

const app = new App();
const stack = new Stack(app, "Squares");

const isPublic = { subnetType: ec2.SubnetType.PUBLIC };
const vpc = new ec2.Vpc(stack, "Vpc", { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: "public", ...isPublic }] });
const environment = new batch.FargateComputeEnvironment(stack, "Environment", { vpc, maxvCpus: 8, vpcSubnets: isPublic });
const queue = new batch.JobQueue(stack, "Queue", { computeEnvironments: [{ computeEnvironment: environment, order: 1 }] });
const job = new batch.EcsJobDefinition(stack, "Job", {
  container: new batch.EcsFargateContainerDefinition(stack, "Container", {
    image: ecs.ContainerImage.fromRegistry("public.ecr.aws/docker/library/busybox:latest"),
    command: ["sh", "-c", "echo the square is $((N * N))"],
    environment: { N: "7" },
    cpu: 0.25,
    memory: Size.mebibytes(512),
    assignPublicIp: true,
  }),
});

const square = new tasks.BatchSubmitJob(stack, "Square", {
  jobName: "square",
  jobDefinitionArn: job.jobDefinitionArn,
  jobQueueArn: queue.jobQueueArn,
  resultPath: sfn.JsonPath.DISCARD,
});
const tell = new sfn.Pass(stack, "Tell", { result: sfn.Result.fromObject({ version: app.node.tryGetContext("version") }) });
const definitionBody = sfn.DefinitionBody.fromChainable(square.next(tell));
const machine = new sfn.StateMachine(stack, "Machine", { definitionBody });
new CfnOutput(stack, "MachineArn", { value: machine.stateMachineArn });
