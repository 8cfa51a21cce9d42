"""One job, or one array job, submitted and waited for."""
