"""Roles for people and CI systems that submit jobs."""
