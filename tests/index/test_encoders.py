"""The shipped model without torch, and any other through sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import SHIPPED_MODEL, EncodingError, make_encoder
from index.reranker import CrossEncoderReranker

TEXTS = ["购房补贴最高30万元", "購屋補助", "kids' school places", "娃上学", "A1ｂ２", "。", "🙂"]


def test_the_path_without_torch_equals_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED_MODEL), device="cpu", local_files_only=True)
    theirs = model.encode(TEXTS, normalize_embeddings=True)
    assert make_encoder("shipped").encode_documents(TEXTS) == pytest.approx(theirs, abs=2e-3)


def test_traditional_and_full_width_fold_into_one_vector() -> None:
    encoder = make_encoder("shipped")
    assert encoder.encode_query("購房補貼３０萬元") == pytest.approx(encoder.encode_query("购房补贴30万元"), abs=1e-6)


def test_a_text_without_tokens_is_a_zero_vector() -> None:
    assert not make_encoder("shipped").encode_documents(["", "人才"])[0].any()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer of two layers with random weights, saved as any model of the hub is."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", *"人才补贴住房政策"]
    shape = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(shape).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab={word: i for i, word in enumerate(words)}).save_pretrained(folder / "bert")
    module = Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[module, Pooling(32)], device="cpu").save(str(folder / "tiny-e5"))
    return folder / "tiny-e5"


def test_a_model_from_a_folder_gets_the_prompts_of_its_family(tiny: Path) -> None:
    encoder = make_encoder(str(tiny))
    query, document = encoder.encode_query("人才补贴"), encoder.encode_documents(["人才补贴"])[0]
    assert np.linalg.norm([query, document], axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert query != pytest.approx(document, abs=1e-4)


@pytest.mark.parametrize("load", [make_encoder, CrossEncoderReranker])
def test_a_model_that_cannot_be_reached_is_a_clear_error(load: object, tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="cannot be loaded") as failure:
        load(str(tmp_path / "no-such-model"))  # type: ignore[operator]
    assert failure.value.hint
