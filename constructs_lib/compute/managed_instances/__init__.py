"""Instances that Amazon ECS manages for AWS Batch."""
