"""The pages of notices: the inbox, and where else a person wants to be told."""
