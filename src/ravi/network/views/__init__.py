"""One module per noun; each view reads top-down: whose, form, one service, answer."""
