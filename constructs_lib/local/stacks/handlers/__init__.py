"""What makes the resources of stacks: a module for each service, found by resource type.

A type that has none of its own is made by moto's class for it; one that moto has none for is not emulated.
"""
