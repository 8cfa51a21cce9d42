"""Where jobs run and what they reach: VPC, subnets, endpoints."""
