"""The language of searches, as in Anki: `deck:Spanish (tag:verb or dead*) is:due -is:leech prop:stability<5`."""

from srs.collection.query.matching import CardInfo, in_hierarchy, matcher
from srs.collection.query.parser import KEYS, parse, quoted
from srs.collection.query.terms import Is, Named, Property, Query, Rated, Since, terms

__all__ = [
    "KEYS", "CardInfo", "Is", "Named", "Property", "Query", "Rated", "Since", "in_hierarchy", "matcher", "parse", "quoted", "terms",
]  # fmt: skip
