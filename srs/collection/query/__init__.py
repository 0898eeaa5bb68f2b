"""The language of searches, as in Anki: `deck:Spanish (tag:verb or dead*) is:due -is:leech prop:stability<5`."""

from srs.collection.query.candidates import Condition, Known, candidates
from srs.collection.query.matching import STATES, CardInfo, in_hierarchy, matcher
from srs.collection.query.parser import KEYS, parse, quoted
from srs.collection.query.terms import Is, Named, OfKind, Property, Query, Rated, Since, Text, terms

__all__ = [
    "KEYS",
    "STATES",
    "CardInfo",
    "Condition",
    "Is",
    "Known",
    "Named",
    "OfKind",
    "Property",
    "Query",
    "Rated",
    "Since",
    "Text",
    "candidates",
    "in_hierarchy",
    "matcher",
    "parse",
    "quoted",
    "terms",
]  # fmt: skip
