"""What publishing's pages show: values made from queries, ready for the templates; nothing here writes."""
