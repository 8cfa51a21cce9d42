"""Networks of jobs: VPC, subnets, endpoints."""
