"""Evaluation over question sets and of speed, using only what `assistant`, `index` and `corpus` export.

It re-exports nothing: the stages of the speed bench import from here, and what they do not need would weigh on them.
"""
