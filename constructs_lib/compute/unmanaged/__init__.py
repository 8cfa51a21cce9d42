"""Instances of your own, which join the cluster of an unmanaged environment."""
