"""What AWS Batch allows: names, sizes, rates, dependencies."""
