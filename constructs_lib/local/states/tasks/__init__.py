"""The states that call a service: AWS Batch, Amazon ECS, callbacks, and all others."""
