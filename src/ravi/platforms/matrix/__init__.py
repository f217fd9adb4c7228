"""Matrix: messages of an account in a public room on any homeserver."""
