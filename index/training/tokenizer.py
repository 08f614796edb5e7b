"""The tokenizer of the shipped model: one Unigram vocabulary over both languages, with folding built in."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as spm_model
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from corpus import simplify


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Return a tokenizers.Tokenizer of `vocabulary` pieces learned from texts (Unigram; Kudo, 2018).

    NFKC, lower case and Traditional to Simplified are part of it, as a precompiled character map, so that whoever
    loads the model gets them too. Digits stand alone: figures differ by digit, not by luck of the vocabulary.
    """
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rules.write_text("".join(_folding_rules()), encoding="utf-8")
        spm.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_prefix=f"{folder}/unigram",
            vocab_size=vocabulary,
            normalization_rule_tsv=str(rules),
            character_coverage=0.9997,
            max_sentencepiece_length=10,
            split_digits=True,
            input_sentence_size=1_200_000,
            shuffle_input_sentence=True,
            bos_id=-1,
            eos_id=-1,
            unk_id=0,
            num_threads=2,
            minloglevel=2,
        )
        proto = spm_model.ModelProto()
        proto.ParseFromString((Path(folder) / "unigram.model").read_bytes())
    tokenizer = Tokenizer(models.Unigram([(p.piece, p.score) for p in proto.pieces], unk_id=0))
    tokenizer.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def _folding_rules() -> Iterable[str]:
    for code in range(0x21, 0x10000):
        char = chr(code)
        if 0xAC00 <= code < 0xE000 or not unicodedata.category(char).strip("Cn"):
            continue
        folded = simplify(unicodedata.normalize("NFKC", char)).lower()
        if folded != char and folded.strip():
            yield f"{code:X}\t{' '.join(f'{ord(c):X}' for c in folded)}\n"
