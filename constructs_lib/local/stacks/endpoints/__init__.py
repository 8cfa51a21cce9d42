"""Where requests reach stacks by HTTP: CloudFormation and Cloud Control."""
