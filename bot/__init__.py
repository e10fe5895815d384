"""How Linli listens and speaks."""
