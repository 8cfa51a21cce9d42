"""AWS Batch in this process: resources, jobs, a scheduler, and the API that boto3 sees."""
