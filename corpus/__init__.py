"""Policy texts to measures: reading files, splitting them, and what each measure states."""

from corpus.errors import CatalogueError, PolicyAssistantError, UnreadableFileError
from corpus.facts import Facts, figure_value, read_figures
from corpus.load import SHIPPED_POLICIES, Corpus, load_corpus, load_file
from corpus.measures import split_document, split_measures
from corpus.normalize import fold, fold_width, simplify
from corpus.outline import han_to_int
from corpus.places import Place, ancestors, capital_of, find_places, get_place, related
from corpus.schema import (
    Amount,
    Contact,
    Date,
    Document,
    Measure,
    Segment,
    SegmentKind,
    Split,
    Unit,
    Validity,
)
from corpus.sentences import sentences
from corpus.vocabulary import Term, find_names, find_terms, load_vocabulary, official_terms

__all__ = [
    "SHIPPED_POLICIES",
    "Amount",
    "CatalogueError",
    "Contact",
    "Corpus",
    "Date",
    "Document",
    "Facts",
    "Measure",
    "Place",
    "PolicyAssistantError",
    "Segment",
    "SegmentKind",
    "Split",
    "Term",
    "Unit",
    "UnreadableFileError",
    "Validity",
    "ancestors",
    "capital_of",
    "figure_value",
    "find_names",
    "find_places",
    "find_terms",
    "fold",
    "fold_width",
    "get_place",
    "han_to_int",
    "load_corpus",
    "load_file",
    "load_vocabulary",
    "official_terms",
    "read_figures",
    "related",
    "sentences",
    "simplify",
    "split_document",
    "split_measures",
]
