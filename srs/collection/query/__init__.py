"""The language in which cards are chosen, as in Anki: `deck:Interview (tag:star or dead*) is:due -is:leech prop:stability<5`."""

from srs.collection.query.matching import Subject, in_hierarchy, matcher
from srs.collection.query.parser import KEYS, parse, quoted
from srs.collection.query.terms import Is, Named, Property, Query, Rated, Since, terms

__all__ = [
    "KEYS", "Is", "Named", "Property", "Query", "Rated", "Since", "Subject", "in_hierarchy", "matcher", "parse", "quoted", "terms",
]  # fmt: skip
