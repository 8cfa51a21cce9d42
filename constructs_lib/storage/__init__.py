"""Storage for jobs: what a container can read and write besides its image, with permissions and network access."""
