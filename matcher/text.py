"""French and English text made ready for matching: sentences, folded text, lexemes, language.

Every function here is pure and total: any string is accepted (control characters, lone surrogates,
no space at all, other scripts), the cost is linear in its length and nothing is ever raised for what
a text contains. The lexical index (SQLite FTS5, PostgreSQL) stores exactly what :func:`lexemes`
returns, so that a query and a document are always cut the same way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from py3langid.langid import LanguageIdentifier


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: A sentence is cut beyond this many characters: the encoder reads 256 word pieces, about 900
#: characters, and what it does not read cannot be matched. Chosen, not measured.
MAX_SENTENCE_CHARS: Final = 600

#: Lexemes kept per text. The longest posting (every field full) has about 1,200. Chosen, not measured.
MAX_LEXEMES: Final = 4000

#: Characters kept of one word: beyond it is a link, a key or noise. Chosen, not measured.
MAX_WORD_CHARS: Final = 40

#: Below this many letters a language cannot be told, and the default is answered. Chosen, not measured.
MIN_LETTERS_TO_GUESS: Final = 8

#: Below this probability the guess is not better than the default. Chosen, not measured.
MIN_GUESS_PROBABILITY: Final = 0.8

# Letters before a full stop that does not end a sentence, folded. "etc." is not one of them: it
# ends sentences more often than not.
_ABBREVIATIONS: Final = _words("""
    adj approx art av bd bld boul cf chap chf dept dr eds eg env eq ex fig ie janv jr lt mlle mlles mm mme mmes mr
    mrs ms nos nov oct pp prof qq resp sect sr st ste stes suiv suppl tel vs
""")

_BULLET = r"[-–—*•‣▪▫●○◦‧∙·►▶➢➤✓✔→]"
_BULLET_START = re.compile(rf"\s*(?:{_BULLET}\s+)+")
_INLINE_BULLET = re.compile(r"(?<=\s)(?=[•‣▪▫●○◦►▶➢➤✓✔]\s)")
_LINE_END = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?…]+(?:\s?[»”]|[\"’')\]])*(?=\s)")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$|\d+$")
_SPACES = re.compile(r"\s+")

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("‘’‛′ʼʹ`´＇", "'"))
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})

# A full stop, a plus or a hash is part of these names, which every cutter of words would lose.
_NAMES: Final = {"c++": "cpp", "c#": "csharp", ".net": "dotnet"}
_NAME = re.compile(r"(?<!\w)(?:c\+\+|c#|\.net)(?!\w)")
_NOT_CONTRACTED = re.compile(r"\b\w{1,10}n't\b")  # don't, couldn't: "don" alone is a gift in French
_WORD = re.compile(r"[^\W_]+")
_FEMININE_PARTICIPLE = re.compile(r"ee(s?)$")
_PLURAL_AFTER_VOWEL = re.compile(r"(?<=\w\w[aiou])s$")

_FUNCTION_WORDS_FR: Final = _words("""
    au aux ce cet cette ces de des du la le les leur leurs ma mes mon ne ni nos notre on ou par pas pour qu que
    quel quelle quelles quels qui quoi sa sans se ses si soi son sous sur ta te tes toi ton tous tout toute
    toutes tres tu un une vos votre vous y je me moi nous il ils elle elles lui eux en et mais donc or dont
    dans avec chez entre vers depuis pendant avant apres contre afin ainsi alors aussi aucun aucune autre
    autres cela ca ceci celle celles celui ceux chaque comme comment jamais jusqu jusque lors lorsqu lorsque
    meme memes moins parce peu plus plusieurs plutot puis puisqu puisque quand quelqu quelque quelques quoique
    rien selon seulement surtout tant tel telle telles tels toujours trop aujourd hui deja encore ici la est
    sont suis es sommes etes etait etaient etre ete etant sera seront serait seraient soit soient fut ai as a
    avons avez ont avait avaient avoir ayant aura auront aurait auraient ait aient eu fait font faire peut
    peuvent pouvoir pourrait pourraient pourrions doit doivent devoir devrait faut faudrait va vont aller
""")

_FUNCTION_WORDS_EN: Final = _words("""
    a about after all also am an and any are as at be because been before being between both but by can could
    did do does doing done each either else every few for from had has have having he her here hers him his
    how i if in into is it its itself just may me might more most much must my myself neither no nor not of
    off on once one only or other others our ours ourselves out over own shall she should since so some such
    than that the their theirs them themselves then there these they this those through to too under until up
    upon us very was we were what when where which while who whom whose why will with within without would
    yet you your yours yourself re ve ll get got
""")

# The words by which a need says that it is a need: they tell nothing of what is needed, and they
# are rare in offers, where their rarity would make them look important. "aide" and "recherche" are not
# here: they are also what some offers are (a support scheme, a laboratory).
_WISH_WORDS: Final = _words("""
    aider aimerais aimerait aimerions besoin besoins cherche cherchent chercher cherchons chercherions
    recherchons souhaite souhaitent souhaitons souhaiterait souhaiterions voudrais voudrait
    voudrions veut veulent voulons vouloir envie savoir sait savons merci bonjour
    need needs needed want wants wanted looking look like help please thanks hello know find somebody someone
    anybody anyone something
""")

FUNCTION_WORDS: Final = _FUNCTION_WORDS_FR | _FUNCTION_WORDS_EN | _WISH_WORDS
"""Closed-class words of both languages and the words of wishing, folded; ours, not a published list."""


def split_sentences(text: str) -> list[str]:
    """Cut a text into sentences, in order.

    Nothing but white space, control characters and bullet marks is lost. A line break ends a
    sentence unless the next line goes on in lower case (hard-wrapped text). A full stop does not
    end one after an abbreviation, an initial or the number of a list. Sentences longer than
    :data:`MAX_SENTENCE_CHARS` are cut at a semicolon, a comma or a space.

    >>> split_sentences("M. Petit répare des vélos. Il cherche… un local ! Vraiment ?")
    ['M. Petit répare des vélos.', 'Il cherche… un local !', 'Vraiment ?']
    >>> split_sentences("Nos besoins :\\n- un site internet\\n- de l'aide, p. ex. le samedi")
    ['Nos besoins :', 'un site internet', "de l'aide, p. ex. le samedi"]
    >>> split_sentences("\\x00 \\n ")
    []
    """
    sentences: list[str] = []
    for line in _logical_lines(text):
        for sentence in _sentences_of_line(line):
            sentences.extend(_bounded(sentence))
    return sentences


def fold(text: str) -> str:
    """Bring a text to one spelling: small letters, no accent, one apostrophe, nothing invisible.

    Idempotent. Ligatures are opened (œ: oe), compatibility forms are replaced (ﬁ: fi, №: no),
    zero-width and direction marks are removed, control characters become spaces.

    >>> fold("L’Œuvre d'ÉTÉ\\u200b, façade")
    "l'oeuvre d'ete, facade"
    """
    cleaned = _without_controls(text).translate(_APOSTROPHES)
    # Two rounds: folding the case can bring new marks (İ), decomposing new capitals (™).
    for _ in range(2):
        cleaned = unicodedata.normalize("NFKD", cleaned).casefold().translate(_LIGATURES)
    bare = "".join(
        character for character in unicodedata.normalize("NFKD", cleaned) if unicodedata.category(character) != "Mn"
    )
    return unicodedata.normalize("NFC", bare).translate(_APOSTROPHES)


def lexemes(text: str, language: str) -> list[str]:
    """Return the stems of the content words of a text, in order, repeats kept.

    Parameters
    ----------
    text
        Any text; its words are folded, so accents, case and kind of apostrophe do not matter.
    language
        ``"fr"`` or ``"en"``: the stemmer used. Anything else is stemmed as French, the language
        of the service. Function words of both languages are dropped whatever the language.

    Returns
    -------
    list[str]
        At most :data:`MAX_LEXEMES` stems made of letters and digits alone, so that every
        full-text index keeps them whole. Numbers are kept, single letters are not.

    Notes
    -----
    Words are folded *before* they are stemmed: half of what people type on a phone has no
    accents, and "velo reparation" has to meet "réparation de vélos". The one suffix for which
    the French stemmer then misses its accent (-ée, -ées) is put back first, and the plural that
    it leaves on purpose (vélos, amis, agendas) is taken off.

    >>> lexemes("Nous cherchons l'atelier de réparation des vélos, ouvert 2 jours", "fr")
    ['ateli', 'repar', 'velo', 'ouvert', '2', 'jour']
    >>> lexemes("velo REPARATION", "fr") == lexemes("Vélos réparations", "fr")
    True
    >>> lexemes("We don't have C++ volunteers", "en")
    ['cpp', 'volunt']
    """
    words = islice(_content_words(fold(text)), MAX_LEXEMES)
    return [_stem(word, language) for word in words]


def guess_language(text: str, default: str = "fr") -> str:
    """Tell whether a text is French or English.

    Answers `default` when the text is too short to say (:data:`MIN_LETTERS_TO_GUESS`) or when the
    identifier is not sure (:data:`MIN_GUESS_PROBABILITY`). Cost: under a millisecond, after a
    first call that reads the model of py3langid (about a second).

    >>> guess_language("Nous cherchons des bénévoles pour notre association")
    'fr'
    >>> guess_language("We are looking for volunteers", default="fr")
    'en'
    >>> guess_language("wifi", default="en")
    'en'
    """
    shown = _without_controls(text)
    if sum(character.isalpha() for character in shown) < MIN_LETTERS_TO_GUESS:
        return default
    language, probability = _identifier().classify(shown)
    return str(language) if probability >= MIN_GUESS_PROBABILITY else default


def _without_controls(text: str) -> str:
    """Drop invisible marks (Cf) and turn control characters and lone surrogates into spaces."""
    if text.isprintable():  # never so with a character of category C
        return text
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        kept.append(" " if category in {"Cc", "Cs"} else character)
    return "".join(kept)


def _logical_lines(text: str) -> Iterator[str]:
    """Yield lines without bullet; one that goes on in lower case is joined to the one before."""
    pending = ""
    for raw in _LINE_END.split(text):
        for piece in _INLINE_BULLET.split(_without_controls(raw)):
            line = _SPACES.sub(" ", piece).strip()
            bullet = _BULLET_START.match(line)
            if pending and line[:1].islower() and not pending.endswith((".", "!", "?", "…", ":", ";")):
                pending = f"{pending} {line}"
                continue
            if pending:
                yield pending
            pending = line[bullet.end() :] if bullet else line
    if pending:
        yield pending


def _sentences_of_line(line: str) -> Iterator[str]:
    start = 0
    for stop in _STOP.finditer(line):
        if _ends_sentence(line, start, stop):
            yield line[start : stop.end()].strip()
            start = stop.end()
    rest = line[start:].strip()
    if rest:
        yield rest


def _ends_sentence(line: str, start: int, stop: re.Match[str]) -> bool:
    following = line[stop.end() :][:3].lstrip()
    if following[:1].islower():
        return False
    if stop.group() != ".":
        return True
    # 24 characters hold every abbreviation; a bounded look back keeps the cost linear.
    word = _WORD_BEFORE.search(line, max(start, stop.start() - 24), stop.start())
    if word is None:
        return True
    if word.group().isdigit():
        return line[start : word.start()].strip() != ""  # "1. First point" goes on
    return len(word.group()) > 1 and fold(word.group()) not in _ABBREVIATIONS


def _bounded(sentence: str) -> Iterator[str]:
    while len(sentence) > MAX_SENTENCE_CHARS:
        head = sentence[:MAX_SENTENCE_CHARS]
        cuts = (head.rfind(mark) + 1 for mark in ("; ", ", ", " "))
        cut = next((at for at in cuts if at > len(head) // 2), len(head))
        yield sentence[:cut].strip()
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence


def _content_words(folded: str) -> Iterator[str]:
    named = _NAME.sub(lambda name: f" {_NAMES[name.group()]} ", folded)
    for match in _WORD.finditer(_NOT_CONTRACTED.sub(" ", named)):
        word = match.group()[:MAX_WORD_CHARS]
        if word not in FUNCTION_WORDS and (len(word) > 1 or not word.isascii() or word.isdigit()):
            yield word


@lru_cache(maxsize=65_536)  # a territory's whole vocabulary; lexemes() costs 10 ms per 1,000 instead of 15
def _stem(word: str, language: str) -> str:
    # The shared stemmer object is safe between threads: stemWord keeps the interpreter's lock.
    if language != "en":
        word = _FEMININE_PARTICIPLE.sub(r"ée\1", _PLURAL_AFTER_VOWEL.sub("", word))
    return fold(_stemmer(language).stemWord(word)) or word


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english" if language == "en" else "french")


@cache
def _identifier() -> LanguageIdentifier:
    # Imported here: reading the model costs a second that a page without free text need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["fr", "en"])
    return identifier
