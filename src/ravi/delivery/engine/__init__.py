"""The delivery engine: decides what is claimed, sent, settled and looked for again. Its four ports are its whole world."""
