"""Images from their source to the job that runs them: Python without a Dockerfile, repositories, pipelines."""
