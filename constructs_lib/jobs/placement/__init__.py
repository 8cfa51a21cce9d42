"""The requirements of jobs, and whether a queue can satisfy them."""
