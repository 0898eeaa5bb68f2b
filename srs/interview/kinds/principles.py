"""Amazon's sixteen leadership principles."""

from collections.abc import Mapping
from types import MappingProxyType

PRINCIPLES: Mapping[str, str] = MappingProxyType(
    {
        "customer-obsession": "Customer Obsession",
        "ownership": "Ownership",
        "invent-and-simplify": "Invent and Simplify",
        "are-right-a-lot": "Are Right, A Lot",
        "learn-and-be-curious": "Learn and Be Curious",
        "hire-and-develop-the-best": "Hire and Develop the Best",
        "insist-on-the-highest-standards": "Insist on the Highest Standards",
        "think-big": "Think Big",
        "bias-for-action": "Bias for Action",
        "frugality": "Frugality",
        "earn-trust": "Earn Trust",
        "dive-deep": "Dive Deep",
        "have-backbone-disagree-and-commit": "Have Backbone; Disagree and Commit",
        "deliver-results": "Deliver Results",
        "strive-to-be-earths-best-employer": "Strive to be Earth’s Best Employer",
        "success-and-scale-bring-broad-responsibility": "Success and Scale Bring Broad Responsibility",
    }
)
"""Slug → name. A deck file may bring a vocabulary of its own under `principles`."""

PACK = "interview"
