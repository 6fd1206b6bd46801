"""Finds e-mail addresses, links and names on social networks."""

from collections.abc import Iterator

from reports.loose import any_of, compiled, cues
from reports.owner import is_mine
from reports.pieces import Claims, PieceKind

_TOP = (
    "com|net|org|vn|info|xyz|top|site|online|shop|club|vip|cc|me|io|app|link|live|pro|biz|work|"
    "asia|click|icu|tk|ml|ga|cf|gq|ly|gl|co|us|kr|jp|tw|cn|kh|la|mm|th|ph|hk|sg|my|uk|de|ru|eu|"
    "store|website|fun|world|life|today|news|group|team|tech|bid|win|loan|cloud|dev|gg|tv|id"
)
_DOT = r"(?:\.|\[\.\]|\(\.\)|[ ]ch[ấâa]m[ ]|[ ]dot[ ])"
_EMAIL = compiled(
    r"[\w.+\-]{1,64}[ ]?(?:@|\(a\)|\[at\]|\(at\)|[ ]a[ ]c[òo]ng[ ])[ ]?[\w\-]{2,63}"
    rf"(?:{_DOT}[a-z\-]{{2,20}}){{1,3}}"
)
_URL = compiled(r"(?<!\w)(?:https?|hxxps?|ftp)\s?:\s?//[^\s<>\"'“”]+|(?<!\w)www\.[^\s<>\"'“”]+")
_BARE = compiled(
    rf"(?<![\w@.\-])(?:[a-z0-9](?:[a-z0-9\-]{{0,62}})(?:\.|\[\.\]|\(\.\))){{1,4}}"
    rf"(?:{_TOP})(?![\w])(?:[:/?#][^\s<>\"'“”]*)?"
)
_SPELLED = compiled(
    rf"(?<!\w)[a-z0-9][a-z0-9\-]{{2,62}}(?:[ ]ch[ấâa]m[ ]|[ ]dot[ ])(?:{_TOP})(?!\w)"
)
_AT = compiled(r"(?<![\w@.])@[a-z0-9_](?:[\w.\-]{1,40}[\w])")
_WORDS = cues()["handles"]
_CUE = compiled(
    rf"(?<!\w){any_of(_WORDS['cues'])}(?!\w)"
    rf"(?P<link>[ \t]*(?:{any_of(_WORDS['link_words'])}(?!\w)[ \t]*)*[:=\-]?[ \t]*)[\"'“]?"
)
_TOKEN = compiled(r"[^\W_][\w.\-]{1,40}\w")
_CAPITAL = compiled(r"[^\W\d_]+(?:[ ][^\W\d_]+)*")
_NOT_A_HANDLE = compiled(rf"{any_of(_WORDS['not_a_handle'])}(?!\w)")
_TAIL = ".,;:!?)]}'\"”»"


def find_links(claims: Claims) -> None:
    """Claim e-mails, links, `@names`, and names after "zalo", "fb", "nick"…"""
    for pattern, kind in ((_EMAIL, PieceKind.email), (_URL, PieceKind.link)):
        _claim(claims, kind, ((m.start(), m.end()) for m in pattern.finditer(claims.text)))
    for pattern in (_BARE, _SPELLED):
        spans = ((m.start(), m.end()) for m in pattern.finditer(claims.text))
        _claim(claims, PieceKind.link, spans)
    _claim(claims, PieceKind.handle, ((m.start(), m.end()) for m in _AT.finditer(claims.text)))
    _claim(claims, PieceKind.handle, _after_cues(claims.text))


def _claim(claims: Claims, kind: PieceKind, spans: Iterator[tuple[int, int]]) -> None:
    for start, end in spans:
        while end > start and claims.text[end - 1] in _TAIL:
            end -= 1
        claims.add(kind, start, end, mine=is_mine(claims.text, start))


def _after_cues(text: str) -> Iterator[tuple[int, int]]:
    for cue in _CUE.finditer(text):
        named = bool(cue["link"].strip())
        token = _TOKEN.match(text, cue.end())
        if token is None or _NOT_A_HANDLE.match(text, cue.end()):
            continue
        end = _handle_end(text, token.start(), token.end(), named)
        if end is not None:
            yield token.start(), end


def _handle_end(text: str, start: int, end: int, named: bool) -> int | None:
    """A word with a digit, dot or underscore is a handle; so are Capital Words, and any word
    that is clearly named (`fb: …`). Eight digits alone are a number for the next finder."""
    word = text[start:end]
    if word.isdigit() or sum(letter.isdigit() for letter in word) >= 8:
        return None
    if any(letter.isdigit() or letter in "._" for letter in word.strip("._-")):
        return end
    if word[0].isupper() and not text.isupper():
        return _capital_words(text, start)
    return end if named and word.isascii() else None


def _capital_words(text: str, start: int) -> int:
    end = start
    words = _CAPITAL.match(text, start)
    for word in words.group().split(" ")[:4] if words else ():
        if not word[0].isupper():
            break
        end = text.index(word, end) + len(word)
    return end
