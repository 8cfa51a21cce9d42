"""AWS Batch in this process: resources, the engine over the scheduler and a runner, and the API that boto3 sees."""
