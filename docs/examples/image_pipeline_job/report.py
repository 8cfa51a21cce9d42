"""The job of the example: says which version of it runs."""

print("version 1")
