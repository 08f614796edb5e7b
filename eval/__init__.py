"""Evaluation over question sets and speed, using only what `assistant` and `index` export."""

from eval.questions import QuestionRow, read_questions

__all__ = ["QuestionRow", "read_questions"]
