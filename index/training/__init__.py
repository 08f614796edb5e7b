"""How the shipped model was trained, and how to train another."""
