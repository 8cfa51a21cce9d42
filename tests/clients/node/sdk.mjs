// The SDK for JavaScript without any options but one: it finds the account by the environment. Prints what it got.
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";

const s3 = new S3Client({});
const got = {};
for (const Bucket of ["of-javascript", "of.javascript"]) {
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ["a/b", "a//b", "a b+c", "ünï/😀", "a?b#c", "./a"]) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key }));
    got[`${Bucket}:${Key}`] = await answer.Body.transformToString();
  }
}

const definition = JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } });
const machine = { name: "of-javascript", type: "EXPRESS", roleArn: process.argv[2], definition };
const states = new SFNClient({ disableHostPrefix: true }); // else it asks for sync-127.0.0.1
const { stateMachineArn } = await states.send(new CreateStateMachineCommand(machine));
const { output } = await states.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"n": 1}' }));
console.log(JSON.stringify({ got, output }));
