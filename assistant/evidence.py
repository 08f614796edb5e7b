"""How well a measure bears on a question: features of both, and the probability that a logistic regression makes of them.

The weights stand in `calibration.json`, fitted on the development questions by `policyqa eval calibrate --write`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.question import Question, searchable, topics, without_places
from assistant.sentences import sentences
from corpus import Document, Measure, fold, read_figures
from index import Hit, HybridRetriever, terms

FEATURES = (
    "gap", "late", "dense", "sentence", "fact", "late_peak", "dense_peak", "memory", "memory_peak", "foreign", "words", "topics", "topics_missing", "wants",
    "exact_place", "figures", "named", "english", "english_late", "length",
)  # fmt: skip
FIGURES = ("money", "number", "date", "contact")
"""The facts asked for that are figures, and so can be looked for in a single sentence."""
MONEY = ("元", "美元", "欧元")
_PROCEDURE = re.compile(r"申报|申请|受理|审核|评审|材料|办理|提交|报送|公示")
_PERIOD = ("年", "个月", "月", "日", "天", "工作日", "个工作日", "小时", "周")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit with the probability that it bears on the question, and its sentences' relevance."""

    hit: Hit
    probability: float
    parts: tuple[str, ...]
    """Its sentences, in order."""
    weights: tuple[float, ...]
    """Late-interaction relevance of each."""

    @property
    def measure(self) -> Measure:
        """The measure found."""
        return self.hit.measure


def weigh(
    question: Question, hits: Sequence[Hit], documents: Mapping[str, Document], retriever: HybridRetriever
) -> list[Evidence]:
    """Return ranked hits as evidence, the most probable first; ties keep the order of the hits."""
    if not hits:
        return []
    parts = [tuple(sentences(hit.measure.text)) for hit in hits]
    weights = _sentence_weights(question, hits, parts, retriever)
    matrix = features(question, hits, documents, weights, retriever.background(searchable(question)))
    model = calibration()
    logits = matrix @ model["weights"] + model["bias"]
    evidence = [
        Evidence(hit, float(1 / (1 + np.exp(-logit))), split, tuple(weight))
        for hit, logit, split, weight in zip(hits, logits.tolist(), parts, weights, strict=True)
    ]
    return sorted(evidence, key=lambda e: -e.probability)


def _sentence_weights(
    question: Question, hits: Sequence[Hit], parts: Sequence[Sequence[str]], retriever: HybridRetriever
) -> list[list[float]]:
    """Return the relevance of every sentence, each read with its measure's title; one call for all of them."""
    texts = [f"{hit.measure.title} {part}" for hit, split in zip(hits, parts, strict=True) for part in split]
    flat = iter(retriever.relevance(without_places(question.text), texts).tolist())
    return [[next(flat) for _ in split] for split in parts]


def features(
    question: Question,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    weights: Sequence[Sequence[float]],
    background: float,
) -> NDArray[np.float64]:
    """Return one row a hit, shape (len(hits), len(FEATURES)).

    Args:
        question: What was asked.
        hits: Ranked, best first.
        documents: Theirs, by id.
        weights: The relevance of each hit's sentences.
        background: How near the question stands to the field at large.
    """
    late = np.array([hit.signals.late if hit.signals else 1.0 for hit in hits])
    dense = np.array([hit.signals.dense if hit.signals else 1.0 for hit in hits])
    memory = np.array([hit.signals.memory if hit.signals else 1.0 for hit in hits])
    asked_words = set(terms(without_places(question.text)))
    asked_topics = {term.key for term in question.terms}
    asked_figures = {(a.value, a.unit) for a in read_figures(question.text).amounts}
    english = float(question.language == "en")
    rows = []
    for k, hit in enumerate(hits):
        document = documents[hit.measure.doc_id]
        context = f"{' '.join(hit.measure.path)} {hit.measure.text}"
        words, named, figures = _read(context)
        shared = len(asked_topics & named) / len(asked_topics) if asked_topics else 0.5
        rows.append(
            (
                hits[0].score - hit.score,
                late[k],
                dense[k],
                max(weights[k], default=0.0),
                _fact(question, hit.measure, weights[k]),
                late[k] - late.mean(),
                dense[k] - dense.mean(),
                memory[k],
                memory[k] - memory.mean(),
                background - dense[k],
                len(asked_words & words) / max(1, len(asked_words)),
                shared,
                min(3, len(asked_topics - named)),
                _wants_met(question, hit.measure),
                _place_match(question, document),
                len(asked_figures & figures) / len(asked_figures) if asked_figures else 0.0,
                _title_match(question, document, hit.measure),
                english,
                english * late[k],
                np.log1p(len(asked_words)),
            )
        )
    return np.array(rows, dtype=np.float64)


@cache
def _read(context: str) -> tuple[frozenset[str], frozenset[str], frozenset[tuple[float, str]]]:
    """Return (words, keys of the terms named, figures) of a measure in its headings; measures repeat, so it is kept."""
    return (
        frozenset(terms(context)),
        frozenset(term.key for term in topics(context)),
        frozenset((a.value, a.unit) for a in read_figures(context).amounts),
    )


def _place_match(question: Question, document: Document) -> float:
    """Return 1 for a document of a place asked about, less for one of a place around or in it, -1 for a national one."""
    if not question.places:
        return 0.0
    return 1.0 if document.place in question.places else 0.3 if document.place else -1.0


def _wants_met(question: Question, measure: Measure) -> float:
    """Return the mean over the facts asked for of whether the measure states such a fact, from -1 to 1; 0 if none is."""
    if not question.wants:
        return 0.0
    return float(np.mean([1.0 if states(measure, want) else -1.0 for want in question.wants]))


def _fact(question: Question, measure: Measure, weights: Sequence[float]) -> float:
    """Return the relevance of the best sentence that states a fact asked for; 0 where no sentence does."""
    asked = [want for want in question.wants if want in FIGURES]
    if not asked:
        return max(weights, default=0.0)
    parts = sentences(measure.text)
    return max((w for part, w in zip(parts, weights, strict=True) if any(holds(part, want) for want in asked)), default=0.0)


@cache
def holds(sentence: str, want: str) -> bool:
    """Whether a sentence states a sum, a number, a date or term, or a contact."""
    facts = read_figures(sentence)
    match want:
        case "money":
            return any(a.unit in (*MONEY, "%") for a in facts.amounts)
        case "number":
            return bool(facts.amounts)
        case "date":
            return bool(facts.dates) or any(a.unit in _PERIOD for a in facts.amounts)
        case _:
            return bool(facts.contacts)


def states(measure: Measure, want: str) -> bool:
    """Whether a measure states a fact of a kind: a sum, a number, a date or term, a contact, a unit, a procedure."""
    match want:
        case "money" | "number" | "date" | "contact":
            return holds(measure.text, want)
        case "unit":
            return bool(measure.units) or bool(re.search(r"[局委办厅部](?!分)|中心|机构|负责|牵头", measure.text))
        case _:
            return bool(_PROCEDURE.search(measure.text))


def _title_match(question: Question, document: Document, measure: Measure) -> float:
    """Return the share of the words of the nearest heading, or of the title, that the question uses."""
    asked = fold(question.text)
    names = [*measure.path, document.title]
    return max((_share(fold(name), asked) for name in names), default=0.0)


@cache
def _bigrams(name: str) -> frozenset[str]:
    han = re.sub(r"[^\u4e00-\u9fff]", "", name)
    return frozenset(han[i : i + 2] for i in range(len(han) - 1))


def _share(name: str, asked: str) -> float:
    bigrams = _bigrams(name)
    return sum(1 for b in bigrams if b in asked) / len(bigrams) if bigrams else 0.0


@cache
def calibration() -> dict[str, object]:
    """Return the fitted weights, bias and thresholds."""
    stored = json.loads(files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    weights = np.array([stored["weights"][name] for name in FEATURES])
    return {**stored, "weights": weights}
