"""Evaluation over question sets and of speed, using only what `assistant`, `index` and `corpus` export."""

from eval.metrics import estimate, rank_scores
from eval.questions import QuestionRow, read_questions
from eval.runs import Record, Run, read_run

__all__ = ["QuestionRow", "Record", "Run", "estimate", "rank_scores", "read_questions", "read_run"]
