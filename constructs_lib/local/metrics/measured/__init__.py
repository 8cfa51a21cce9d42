"""What AWS measures of its services by itself, where moto measures nothing."""
