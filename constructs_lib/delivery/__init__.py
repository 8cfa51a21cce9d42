"""From a changed Dockerfile to the job that runs it."""
