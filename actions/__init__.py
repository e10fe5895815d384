"""What people can do: every write goes through here."""
