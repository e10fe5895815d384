"""What is true: rules and values, the standard library only."""
