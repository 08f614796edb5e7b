"""Expected failures: a message that says what is wrong, and a hint that says what to do."""


class PolicyAssistantError(Exception):
    """Root of every expected failure; anything else is a bug and keeps its traceback."""

    hint = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.hint


class UnreadableFileError(PolicyAssistantError):
    """A file that cannot become a document: scanned, encrypted, empty, damaged, too large."""


class CatalogueError(PolicyAssistantError):
    """A catalogue that cannot be read, or names a field or file that does not exist."""
