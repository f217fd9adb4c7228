"""E-mail to a list's address over SMTP."""
