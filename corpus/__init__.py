"""Policy texts to measures."""
