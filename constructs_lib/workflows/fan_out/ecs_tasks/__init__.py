"""A Map state with an Amazon ECS task for each item."""
