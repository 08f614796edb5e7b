"""Features of a hit for a question, and of a question over its hits: all that the calibrated model knows of either."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.asks import asks_leave
from assistant.mentions import topics, without_places
from assistant.question import Question
from assistant.sentences import is_unit_list
from corpus import Document, Facts, Measure, fold, read_figures, sentences
from index import Hit, Signals, terms

FEATURES = (
    "gap", "late", "dense", "sentence", "sentence_peak", "fact_peak", "late_peak", "dense_peak", "memory", "memory_peak", "foreign", "words", "topics", "topics_missing", "wants",
    "exact_place", "figures", "named", "english", "english_late", "length", "surprise", "surprise_peak", "figure_asked",
)  # fmt: skip
RANKING = ("fused", "dense", "late", "surprise", "english_late", "wants", "figure_asked", "leave", "exact_place")
FIGURES = ("money", "number", "date", "contact")
"""The facts asked for that are figures, and so can be looked for in a single sentence."""
MONEY = ("元", "美元", "欧元")
# A hit is compared with the mean of so many: few enough that a scope of twenty measures and one of thousands look alike.
_AROUND = 10
_PROCEDURE = re.compile(r"申报|申请|受理|审核|评审|材料|办理|提交|报送|公示")
_HOW_OFTEN = re.compile(r"每(?:半|[一两三二]|\d)?(?:年|个?月|季度|周|日|天|学期)|定期|长期")
_LEAVE = re.compile("不得|禁止|可以|允许|不予|方可|必须|应当经|不需要|无需|严禁")
_PERIOD = ("年", "个月", "月", "日", "天", "工作日", "个工作日", "小时", "周")


def ranking_features(question: Question, hits: Sequence[Hit], documents: Mapping[str, Document]) -> NDArray[np.float64]:
    """Return what ranks hits again, cheap to know of all of them, shape (len(hits), len(RANKING)).

    Args:
        question: What was asked.
        hits: With the retriever's signals, in any order.
        documents: Theirs, by id.
    """
    english, leave = float(question.language == "en"), asks_leave(fold(question.text))
    rows = []
    for hit, signals in zip(hits, _signals(hits), strict=True):
        rows.append(
            (
                signals.fused,
                signals.dense,
                signals.late,
                signals.surprise,
                # An English question shares no word with its measure, which all of these lean on.
                english * signals.late,
                _wants_met(question, hit.measure),
                _states_figure_asked(question, hit.measure),
                (1.0 if _LEAVE.search(hit.measure.text) else -1.0) if leave else 0.0,
                _place_match(question, documents[hit.measure.doc_id]),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(len(hits), len(RANKING))


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
    late, dense, memory, surprise = np.array([(s.late, s.dense, s.memory, s.surprise) for s in _signals(hits)]).T
    best = np.array([max(weight, default=0.0) for weight in weights])
    facts = np.array([_fact(question, hit.measure, weight) for hit, weight in zip(hits, weights, strict=True)])
    asked_words = [f" {word} " for word in set(terms(without_places(question.text)))]
    asked_topics = {term.key for term in question.terms}
    asked_figures = {(a.value, a.unit) for a in read_figures(question.text).amounts}
    english = float(question.language == "en")
    asked = fold(question.text)
    # How far each stands above the first hits.
    over_best, over_facts, over_late, over_dense, over_memory, over_surprise = (
        (column - column[:_AROUND].mean()).tolist() for column in (best, facts, late, dense, memory, surprise)
    )
    rows = []
    for k, hit in enumerate(hits):
        document = documents[hit.measure.doc_id]
        context = f"{' '.join(hit.measure.path)} {hit.measure.text}"
        words, named = _read(context)
        figures = _amounts(context) if asked_figures else frozenset()
        shared = len(asked_topics & named) / len(asked_topics) if asked_topics else 0.5
        rows.append(
            (
                hits[0].score - hit.score,
                late[k],
                dense[k],
                best[k],
                over_best[k],
                over_facts[k],
                over_late[k],
                over_dense[k],
                memory[k],
                over_memory[k],
                background - dense[k],
                sum(map(words.__contains__, asked_words)) / max(1, len(asked_words)),
                shared,
                min(3, len(asked_topics - named)),
                _wants_met(question, hit.measure),
                _place_match(question, document),
                len(asked_figures & figures) / len(asked_figures) if asked_figures else 0.0,
                _title_match(asked, document, hit.measure),
                english,
                english * late[k],
                np.log1p(len(asked_words)),
                surprise[k],
                over_surprise[k],
                _states_figure_asked(question, hit.measure),
            )
        )
    return np.array(rows, dtype=np.float64)


def _signals(hits: Sequence[Hit]) -> list[Signals]:
    """Return the signals of ranked hits: what was looked up has none, and is never weighed."""
    return [hit.signals for hit in hits if hit.signals is not None]


@lru_cache(maxsize=8192)  # measures repeat between questions, but a corpus may be large
def _read(context: str) -> tuple[str, frozenset[str]]:
    """Return (the distinct words of a measure in its headings, each between blanks; the keys of the terms it names)."""
    # One string: a set takes ten times its memory, and few words are looked for.
    return f" {' '.join(dict.fromkeys(terms(context)))} ", frozenset(term.key for term in topics(context))


@lru_cache(maxsize=8192)
def _amounts(context: str) -> frozenset[tuple[float, str]]:
    """Return the figures of a measure in its headings."""
    return frozenset((a.value, a.unit) for a in read_figures(context).amounts)


def _place_match(question: Question, document: Document) -> float:
    """Return 1 for a document of a place asked about, less for one of a place around or in it, -1 for a national one."""
    if not question.places:
        return 0.0
    return 1.0 if document.place in question.places else 0.3 if document.place else -1.0


def _states_figure_asked(question: Question, measure: Measure) -> float:
    """Return 1 where a measure states a figure of the unit asked for, -1 where it does not, 0 where none is asked for."""
    if not question.units_asked:
        return 0.0
    return 1.0 if any(amount.unit in question.units_asked for amount in measure.amounts) else -1.0


def _wants_met(question: Question, measure: Measure) -> float:
    """Return the mean over the facts asked for of whether the measure states such a fact, from -1 to 1; 0 if none is."""
    if not question.wants:
        return 0.0
    return float(np.mean([1.0 if states(measure, want) else -1.0 for want in question.wants]))


def _fact(question: Question, measure: Measure, weights: Sequence[float]) -> float:
    """Return the relevance of the best sentence that states a figure asked for; 0 where none does or none is asked for."""
    asked = [want for want in question.wants if want in FIGURES]
    if not asked:
        return 0.0
    parts = sentences(measure.text)
    return max(
        (w for part, w in zip(parts, weights, strict=True) if any(holds(part, want) for want in asked)), default=0.0
    )


@lru_cache(maxsize=16_384)
def holds(sentence: str, want: str) -> bool:
    """Whether a sentence states a sum, a number, a date or term, or a contact."""
    return _hold(read_figures(sentence), want) or (want == "date" and bool(_HOW_OFTEN.search(sentence)))


def _hold(facts: Facts | Measure, want: str) -> bool:
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
            return _hold(measure, want)
        case "unit":
            return bool(measure.units) or bool(
                re.search(
                    r"局|厅|委员会|管委会|党委|[组宣统]\w?部|办公室|人才办|部门|中心|机构|负责|牵头", measure.text
                )
            )
        case "procedure":
            return bool(_PROCEDURE.search(measure.text))
        case "age":
            return any(amount.unit in ("岁", "周岁") for amount in measure.amounts)
        case "names":
            return any(part.count("、") > 1 for part in sentences(measure.text) if not is_unit_list(part))
        case _:
            return bool(_STATED[want].search(measure.text))


_STATED = {
    "education": re.compile("博士|硕士|本科|大专|专科|高中|中专|学历|学位"),
    "payment": re.compile("一次性|分期|分[一二三四五六七八九十\\d]+[年期次]|按[月季年]|逐年|每年|每月"),
}


def _title_match(asked: str, document: Document, measure: Measure) -> float:
    """Return the share of the words of the nearest heading, or of the title, that a folded question uses."""
    return max((_share(name, asked) for name in (*measure.path, document.title)), default=0.0)


@lru_cache(maxsize=8192)
def _bigrams(name: str) -> frozenset[str]:
    han = re.sub(r"[^\u4e00-\u9fff]", "", fold(name))
    return frozenset(han[i : i + 2] for i in range(len(han) - 1))


def _share(name: str, asked: str) -> float:
    bigrams = _bigrams(name)
    return sum(1 for b in bigrams if b in asked) / len(bigrams) if bigrams else 0.0


def question_features(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what tells whether a question is answered at all, shape (2 * len(FEATURES) + 6,).

    Args:
        matrix: The features of its hits, best first, at least one.

    The first hit's features, the best of the first three, how far the second and the fifth fall behind, and the mean
    late, dense, memory and surprise of the first five: a question that many measures match a little is about none.
    """
    behind = [matrix[k, 0] if len(matrix) > k else 6.0 for k in (1, 4)]
    columns = [FEATURES.index(name) for name in ("late", "dense", "memory", "surprise")]
    return np.concatenate([matrix[0], matrix[:3].max(axis=0), behind, matrix[:5, columns].mean(axis=0)])
