"""Notes of the shapes that other people's note types have: cards for mined sentences, vocabulary of several cards, medical
clozes, old collections, templates with scripts. All of it is ours, made after what such types do.
"""

from collections.abc import Mapping
from typing import Any

_MINING_FRONT = """
<div class="card-front">{{#IsSentenceCard}}<div class="sentence">{{furigana:Sentence}}</div>{{/IsSentenceCard}}
{{^IsSentenceCard}}<div class="word">{{Word}}</div>{{#Hint}}<div class="hint-box">{{hint:Hint}}</div>{{/Hint}}{{/IsSentenceCard}}
<div class="hidden tags">{{Tags}} {{Deck}}</div><div class="frequency hidden">{{Frequency}}</div></div>
<script>document.documentElement.classList.add("ready")</script>"""
_MINING_BACK = """
{{FrontSide}}<hr id=answer>
<div class="word">{{furigana:Reading}}</div>
{{#Glossary}}<div class="glossary">{{Glossary}}</div>{{/Glossary}}
{{#Picture}}<div class="picture">{{Picture}}</div>{{/Picture}}{{SentenceAudio}}
<div class="hidden">{{Frequency}}</div>"""
_MINING_CSS = ".hidden { display: none } .word { font-size: 3em } .glossary ol { text-align: left }"
_MINING = [
    {"Word": "灯台", "Reading": " 灯台[とうだい]", "Sentence": " 灯台[とうだい]が<b> 光[ひか]る</b>。", "IsSentenceCard": "x",
     "Glossary": "<ol><li>lighthouse</li><li>candlestand</li></ol>", "Frequency": "JPDB: 9000", "Picture": '<img src="d.png">',
     "SentenceAudio": "[sound:a.mp3]", "Hint": ""},
    {"Word": "帆", "Reading": " 帆[ほ]", "Sentence": "", "IsSentenceCard": "", "Hint": "on a <i>ship</i>",
     "Glossary": '<div class="glossary"><ol><li data-dictionary="Ours"><i>(Ours)</i> <ul><li>sail</li><li>canvas</li></ul></li>'
                 "<li><i>(Other)</i> <ul><li>a sail of cloth</li></ul></li></ol></div>",
     "Frequency": "", "Picture": "", "SentenceAudio": ""},
    {"Word": "錨", "Reading": " 錨[いかり]", "Sentence": "", "IsSentenceCard": "", "Hint": "", "Frequency": "JPDB: 20000",
     "Glossary": '<p class="gloss">anchor</p><p>See also <span class="link">碇</span></p>', "Picture": "", "SentenceAudio": ""},
    {"Word": "波", "Reading": " 波[なみ]", "Sentence": " 波[なみ]が 高[たか]い。<br>― the sea is rough", "IsSentenceCard": "x", "Hint": "",
     "Glossary": "- wave<br>- surge<br>- undulation", "Frequency": "", "Picture": "", "SentenceAudio": ""},
]  # fmt: skip

_WORDS = [
    {"Word": "la marea", "IPA": "[maˈɾea]", "Meaning": "tide", "Example": "Sube la <b>marea</b>.<br>The tide is coming in.",
     "Forms": "<table><thead><tr><th>singular</th><th>plural</th></tr></thead><tbody><tr><td>la marea</td><td>las mareas</td></tr>"
              "</tbody></table>", "Audio": "[sound:a.mp3]"},
    {"Word": "zarpar", "IPA": "[θarˈpaɾ]", "Meaning": "<p>to set sail</p>", "Audio": "[sound:b c.mp3]",
     "Example": "<ul><li>Zarpamos al alba.</li><li>El barco <b>zarpó</b>.</li></ul>", "Forms": ""},
    {"Word": "el ancla", "IPA": "", "Meaning": "anchor&nbsp;(<i>f.</i>)", "Example": "", "Audio": "",
     "Forms": '<table class="t"><tr><td>el ancla</td><td>las anclas</td></tr><tr><td>un ancla</td><td>unas anclas</td></tr></table>'},
    {"Word": "el viento", "IPA": "[ˈbjento]", "Meaning": "wind", "Audio": "",
     "Example": '<blockquote>Contra viento y marea.</blockquote><a href="https://example.org/viento">more</a>', "Forms": "1. el viento"},
]  # fmt: skip
_WORD_BACK = """{{FrontSide}}<hr id="answer"><div class="example">{{Example}}</div>{{#Forms}}<div class="forms">{{Forms}}</div>{{/Forms}}"""
_WORD_TEMPLATES = [
    ["<h1>{{Word}}</h1>{{#IPA}}<small>{{IPA}}</small>{{/IPA}}", f"{_WORD_BACK}<h2>{{{{Meaning}}}}</h2>{{{{Audio}}}}"],
    ["<h1>{{Meaning}}</h1>", f"{_WORD_BACK}<h2>{{{{Word}}}}</h2>{{{{Audio}}}}"],
    ["{{#Audio}}Listen: {{Audio}}{{/Audio}}", f"{_WORD_BACK}{{{{Word}}}}: {{{{Meaning}}}}"],
    ["<p>Spell it: {{Meaning}} {{type:Word}}</p>", f"{_WORD_BACK}<p>{{{{Word}}}}</p>"],
]

_MEDICAL_CSS = ".extra { color: navy } #hint, .notes { display: none } .cloze { font-weight: bold }"
_MEDICAL_FRONT = '<div id="text">{{cloze:Text}}</div>{{#Notes}}<a class="button" onclick="show()">notes</a><div class="notes">{{Notes}}</div>{{/Notes}}'
_MEDICAL_BACK = """<div id="text">{{cloze:Text}}</div>{{#Notes}}<a class="button" onclick="show()">notes</a>{{/Notes}}
{{#Extra}}<div class="extra">{{Extra}}</div>{{/Extra}}
{{#Notes}}<div class="notes">{{Notes}}</div>{{/Notes}}
<script>function show() { document.querySelector(".notes").style.display = "block" }</script>"""
_MEDICAL = [
    {"Text": "Sea water has {{c1::3.5::per cent}} % of salt, mostly {{c2::Na<sup>+</sup>}} and {{c2::Cl<sup>-</sup>}}.",
     "Extra": "H<sub>2</sub>O is the rest.", "Notes": ""},
    {"Text": "Signs of {{c1::seasickness}}:<ol><li>{{c2::pallor}}</li><li>{{c3::sweat}}<ul><li>cold</li></ul></li></ol>",
     "Extra": '<ul><li>look at the horizon</li><li>eat <b>dry</b> bread</li></ul><img src="d.png">', "Notes": "<i>not</i> shown"},
    {"Text": "<div>{{c1::Scurvy}} is a lack of {{c2::vitamin C}}&nbsp;</div><div><br></div><div>It takes {{c3::<b>three</b> months}}</div>",
     "Extra": "<table><tr><td>Lind</td><td>1747</td></tr><tr><td>Cook</td><td>1768</td></tr></table>", "Notes": ""},
    {"Text": r"The depth is \(d = {{c1::\frac{v t}{2} }}\), with {{c2::\(v = 1500\)}} m/s", "Extra": "", "Notes": "the sonar"},
]  # fmt: skip

_OLD = [
    {"Front": "What is<br />a&nbsp;&nbsp;fathom?", "Back": "six feet<br />\n(1.8&nbsp;m)"},
    {"Front": "port", "Back": "<div>left</div><div>&nbsp;</div><div>red</div>"},
    {"Front": "<P>starboard</P>", "Back": "<CENTER>right</CENTER>"},
    {"Front": "10<sup>3</sup> m", "Back": "<em>kilo</em>metre, <strong>not</strong> a mile &lt; 2 km"},
    {"Front": "knots:", "Back": "<ol><li>bowline<li>reef knot<li>clove hitch</ol>"},
    {"Front": "a sound [sound:a.mp3]", "Back": '<img src="d.png" />a picture'},
]
_SCRIPT_BACK = (
    "{{FrontSide}}<hr id=answer><div class=answer>{{Back}}</div>{{#Source}}<div class=small>{{Source}}</div>{{/Source}}"
)
_SCRIPTS = [
    {"Front": "What does it print?<pre><code class=\"language-python\">for i in range(2):\n    print(i)</code></pre>",
     "Back": "<code>0</code> and <code>1</code>", "Source": "<a href=\"https://example.org/loops\">loops</a>"},
    {"Front": "Which <code>git</code> command undoes a commit?", "Back": "<pre>git reset HEAD~1<br>git status</pre>", "Source": ""},
    {"Front": "Ports:<div><br></div><ul><li>ssh</li><li>dns</li></ul>", "Back": "<ul><li>22</li><li>53</li></ul>", "Source": "&lt;RFC&gt;"},
    {"Front": "A <b>list</b> &amp; a <i>tuple</i>?", "Back": "<p>One can be changed,</p><p>the other one cannot.</p>", "Source": ""},
]  # fmt: skip
_SCRIPT_FRONT = """<div id="front">{{Front}}</div>
<script src="_highlight.js"></script><script>
if (typeof hljs !== "undefined") { document.querySelectorAll("pre").forEach(hljs.highlightElement) }
</script><style>#front code { color: teal }</style>"""


def _kind(fields: Mapping[str, str], templates: list[list[str]], **more: Any) -> dict[str, Any]:
    return {"fields": fields, "templates": templates, **more}


SHAPES: dict[str, list[dict[str, Any]]] = {
    "mined sentences": [_kind(note, [[_MINING_FRONT, _MINING_BACK]], css=_MINING_CSS) for note in _MINING],
    "vocabulary of four cards": [_kind(note, _WORD_TEMPLATES) for note in _WORDS],
    "medical clozes": [
        _kind(note, [[_MEDICAL_FRONT, _MEDICAL_BACK]], css=_MEDICAL_CSS, cloze=True) for note in _MEDICAL
    ],
    "an old collection": [
        _kind(note, [["{{Front}}", "{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}"], ["{{Back}}", "{{FrontSide}}<hr id=answer>{{Front}}"]])
        for note in _OLD
    ],
    "templates with scripts": [_kind(note, [[_SCRIPT_FRONT, _SCRIPT_BACK]]) for note in _SCRIPTS],
}  # fmt: skip
"""Per shape its notes, as `stranger_cards.py` takes them."""
