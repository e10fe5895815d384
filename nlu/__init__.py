"""What was meant: from a sentence to an intent, a category and entities."""
