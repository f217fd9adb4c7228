"""The delivery engine: decides what is claimed, sent, settled, looked for again. Four ports are its world."""
