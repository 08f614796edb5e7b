"""Words share what they are made of: a token's vector is its own plus the mean of its parts' (Bojanowski et al., 2017)."""

from __future__ import annotations

import re

import torch
from tokenizers import Tokenizer

_STEM = 5


def parts_of(piece: str) -> list[str]:
    """Return the parts of a piece: each Han character of a word, the first letters of a Latin one."""
    bare = piece.lstrip("▁")
    han = re.findall(r"[\u4e00-\u9fff]", bare)
    if len(han) > 1:
        return han
    return [bare[:_STEM]] if bare.isascii() and bare.isalpha() and len(bare) > _STEM else []


class Composed(torch.nn.Module):
    """Token vectors to train, shape (vocabulary, dim); rare words learn from the common ones they share parts with.

    The composition is gone once training ends: what is saved is the sum, a plain table of vectors.
    """

    def __init__(self, tokenizer: Tokenizer, dimensions: int) -> None:
        super().__init__()
        size = tokenizer.get_vocab_size()
        names: dict[str, int] = {}
        rows, columns, shares = [], [], []
        for token in range(size):
            parts = parts_of(tokenizer.id_to_token(token))
            for part in parts:
                rows.append(token)
                columns.append(names.setdefault(part, len(names)))
                shares.append(1 / len(parts))
        members = torch.sparse_coo_tensor(
            torch.tensor([rows, columns]), torch.tensor(shares), (size, len(names)), check_invariants=False
        )
        self._members: torch.Tensor
        self.register_buffer("_members", members.coalesce(), persistent=False)
        self.own = torch.nn.Parameter(torch.randn(size, dimensions) * 0.1)
        self.parts = torch.nn.Parameter(torch.randn(len(names), dimensions) * 0.1)

    def forward(self) -> torch.Tensor:
        """Return the vectors, shape (vocabulary, dim)."""
        return self.own + torch.sparse.mm(self._members, self.parts)
