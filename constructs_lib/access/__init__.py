"""Roles for the people and the CI that submit jobs."""
