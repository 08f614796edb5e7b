"""Questions to cited answers."""

from assistant.core import Assistant
from assistant.errors import EmptyQuestionError, UnknownMeasureError, UnknownPlaceError
from assistant.factory import build_assistant
from assistant.schema import Answer, Request, Turn
from assistant.settings import Settings

__all__ = [
    "Answer",
    "Assistant",
    "EmptyQuestionError",
    "Request",
    "Settings",
    "Turn",
    "UnknownMeasureError",
    "UnknownPlaceError",
    "build_assistant",
]
