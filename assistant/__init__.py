"""Questions to cited answers."""

from assistant.core import Assistant
from assistant.errors import EmptyQuestionError, UnknownMeasureError, UnknownPlaceError
from assistant.factory import build_assistant
from assistant.features import FEATURES, RANKING, question_features
from assistant.guard import unsupported
from assistant.schema import MAX_QUESTION, Answer, Eligibility, EligibilityRequest, Profile, Request, Turn
from assistant.settings import Settings

__all__ = [
    "FEATURES",
    "MAX_QUESTION",
    "RANKING",
    "Answer",
    "Assistant",
    "Eligibility",
    "EligibilityRequest",
    "EmptyQuestionError",
    "Profile",
    "Request",
    "Settings",
    "Turn",
    "UnknownMeasureError",
    "UnknownPlaceError",
    "build_assistant",
    "question_features",
    "unsupported",
]
