"""Terminal, REST and page: they translate, and hold no logic."""
