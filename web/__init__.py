"""The phone page and the desk."""
