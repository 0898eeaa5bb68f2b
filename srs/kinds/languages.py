"""Names of languages."""

_NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
}


def language_name(code: str, tag: str) -> str:
    """The English name of a common language, else its BCP 47 tag."""
    return _NAMES.get(code, tag)
