"""States that submit one job or one array job."""
