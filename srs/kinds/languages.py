"""What languages are called."""

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
    """The English name of a language, its BCP 47 tag if it is none of the common ones."""
    return _NAMES.get(code, tag)
