"""What headquarters' pages show."""
