"""IAM, enforced: whoever calls the embedded AWS may do what the policies allow, and nothing else."""
