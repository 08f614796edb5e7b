"""`python -m eval …` is `policyqa eval …`."""

from eval.commands import app

app(prog_name="python -m eval")
