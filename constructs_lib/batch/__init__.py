"""What runs jobs: compute environments, queues, job definitions, images."""
