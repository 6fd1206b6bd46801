"""The fast ways of finding features and entities against plain ones that make every term."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.entities import repair
from nlu.entities.base import Reading
from nlu.entities.extract import extract
from nlu.entities.places import _TABLE
from nlu.text import tokenize, view
from nlu.vectorizer import BLOCKS, Document, TwoViewTfidf, _chars, document, pair

TEXTS = [
    "cứu em với em bị nhốt ở cam", "em ko bít lm sao ? đt 0987000111", "chào bạn, chào cả nhà!",
    "bán a__b _ _ _ c : http://abc.example/x", "lương 20tr / tháng, bao ăn ở", "nhaaaa ơiii nè",
    "chúng nó giữ hộ chiếu của em, đòi 200 triệu", "có người rủ em sang lào làm việc nhẹ",
]  # fmt: skip
WORDS = [*" ".join(TEXTS).split(), "đc", "k", "lạ", "_", "&", "12345", "İ", "ΣΣΣ", "Nhaaa"]
messages = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS)).map(" ".join))


def _document(text: str) -> list[tuple[str, str]]:
    return [pair(word.text, word.folded) for word in tokenize(text)]


@lru_cache(maxsize=1)
def _tfidf() -> TwoViewTfidf:
    made = TwoViewTfidf()
    made.fit([[_document(text)] for text in TEXTS], min_df=1)
    return made


def _plain(tfidf: TwoViewTfidf, documents: Sequence[Document]) -> np.ndarray:
    """What `transform` means, one term at a time, as a dense matrix."""
    dense = np.zeros((len(documents), tfidf.columns))
    for row, words in zip(dense, documents):
        terms = [*tfidf._views(words)]
        terms.append(("chars", [g for w in words for g in _chars(w[1], *tfidf.char_range)]))
        for block, own in terms:
            for term in own:
                if term in tfidf.vocabulary[block]:
                    row[tfidf.vocabulary[block][term]] += 1
        row[row > 0] = (1 + np.log(row[row > 0])) * tfidf.idf[row > 0]
        for block in BLOCKS:
            columns = list(tfidf.vocabulary[block].values())
            length = np.linalg.norm(row[columns])
            row[columns] *= tfidf.weights[block] / length if length else 0.0
        row /= np.linalg.norm(row) or 1.0
    return dense


@settings(deadline=None)
@given(st.lists(messages, max_size=5))
def test_features_are_those_of_every_term_looked_up_by_itself(texts: list[str]) -> None:
    tfidf, documents = _tfidf(), [_document(text) for text in texts]
    matrix = tfidf.transform(documents)
    dense = np.zeros((len(texts), tfidf.columns))
    for row in range(matrix.rows):
        inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
        dense[row, matrix.indices[inside]] = matrix.data[inside]
    assert matrix.rows == len(texts)
    assert np.allclose(dense, _plain(tfidf, documents), atol=1e-6)


@given(messages)
def test_a_document_is_the_pairs_of_its_tokens(text: str) -> None:
    words = tokenize(text)
    assert document([w.text for w in words], [w.folded for w in words]) == _document(text)


@given(st.lists(st.sampled_from("hà nội đà nẵng cam hanoj nọi sài gòn tp hcm k lào".split())))
def test_the_quick_look_leaves_out_no_place(words: list[str]) -> None:
    reading = Reading(view(" ".join(words)))
    found = {at for at in range(len(words)) if any(_TABLE.at(reading, at))}
    assert found <= set(_TABLE.starts(reading))


def test_no_number_is_remembered() -> None:
    before = repair._remembered.cache_info().currsize + repair._is_syllable.cache_info().currsize
    extract("0987000111 4455667788 ab12cd34 nguyenvanthudongxyz")
    after = repair._remembered.cache_info().currsize + repair._is_syllable.cache_info().currsize
    assert after == before
