"""CloudFormation's API over stacks: what it takes, what it refuses at once, and what it answers."""
