"""CloudFormation: stacks are made, changed, rolled back and deleted as on AWS, over the services of the embedded AWS.

`engine` does it, `handlers` make the resources of each type, `api` answers calls, `endpoints` take them by HTTP, and
`accounts` has the stacks of each account and region.
"""
