"""What a job runs: images from a directory, a repository, or Python without a Dockerfile."""
