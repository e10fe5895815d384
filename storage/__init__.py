"""What Linli remembers."""
