"""What the scheduler knows besides jobs: resources as they are now, and the settings of queues and environments."""
