"""Persian and other text: normalise, measure, search, sort, dates and numbers. Pure Python, no Django."""
