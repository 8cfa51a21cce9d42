"""CloudFormation: stacks are made, changed, rolled back and deleted as on AWS, over the services of the embedded AWS.

`engine` does it, `handlers` make the resources of each type, `api` answers calls, `cloudformation` takes them by HTTP.
"""
