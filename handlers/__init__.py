"""What Linli says: one file per intent."""
