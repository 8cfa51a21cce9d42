"""An Amazon ECS task for each item."""
