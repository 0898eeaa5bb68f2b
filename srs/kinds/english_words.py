"""English words as they count in a phrase: which carry no content of their own, which deny, and what their endings hide."""

import re

NEGATIONS = frozenset({"not", "never", "no"})
_FUNCTION_WORDS = """
a an the
about above across after along among around as at before behind below beside between by during for from in inside into
near of on onto over per since through to toward towards under until upon via with within
am is are was were be been being have has had having do does did doing
can could will would shall should may might must
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Articles, prepositions and auxiliaries. Particles that make another verb (up, out, off, down) are not among them."""

_SMALL_WORDS = """
i you he she it we they me him her us them my your his its our their
this that these those there who what which when where how
and but or if so than though while because
"""
FRAME_WORDS = FUNCTION_WORDS | NEGATIONS | frozenset(_SMALL_WORDS.split())
"""Words that a hint may show: what is to be recalled are the others."""

_FORMS = """
become:became begin:began,begun break:broke,broken bring:brought build:built buy:bought catch:caught choose:chose,chosen
come:came draw:drew,drawn drive:drove,driven fall:fell,fallen feel:felt find:found get:got,gotten give:gave,given
go:went,gone grow:grew,grown hold:held keep:kept know:knew,known lead:led leave:left lose:lost make:made mean:meant
meet:met pay:paid rise:rose,risen run:ran say:said see:saw,seen seek:sought send:sent show:shown speak:spoke,spoken
spend:spent stand:stood take:took,taken teach:taught tell:told think:thought understand:understood win:won
write:wrote,written
"""
_IRREGULAR = {form: verb for verb, forms in (pair.split(":") for pair in _FORMS.split()) for form in forms.split(",")}
_VOWEL = re.compile("[aeiouy]")
_DOUBLED = re.compile(r"([bdfgklmnprtvz])\1$")


def stem(word: str) -> str:
    """What is left of a word in small letters without -s, -ed, -ing, -e and what these do to it: planned, plan; tries, try.

    It is no word of its own, and now and then two words share one.
    """
    word = _IRREGULAR.get(word, word).removesuffix("'s").removesuffix("'")
    while (shorter := _shorter(word)) != word:
        word = shorter
    return f"{word[:-1]}i" if word.endswith("y") else word


def _shorter(word: str) -> str:
    """The word without its last ending; one that would leave no syllable is none."""
    if word.endswith("eed"):
        return word[:-1] if _VOWEL.search(word[:-3]) else word
    for ending in ("ing", "ed"):
        left = word.removesuffix(ending)
        if left != word and len(left) > 1 and _VOWEL.search(left):
            return left
    if len(word) > 2 and (word.endswith("e") or (word.endswith("s") and not word.endswith(("ss", "us", "is")))):
        return word[:-1]
    return _DOUBLED.sub(r"\1", word)
