"""Expected failures of asking."""

from corpus import PolicyAssistantError


class EmptyQuestionError(PolicyAssistantError):
    """Nothing was asked."""

    hint = "Type a question, e.g. 株洲怎么支持科技成果转化？"


class UnknownMeasureError(PolicyAssistantError):
    """No measure or document has this id."""

    hint = "List them with: policyqa measures"


class UnknownPlaceError(PolicyAssistantError):
    """The region given is no place that is known."""

    hint = "Give a province, city or district, e.g. 武昌区 or Changsha."


class TooLargeError(PolicyAssistantError):
    """More was sent than a question or a form can need."""

    hint = "Shorten it."
