import numpy as np
import pytest

from nlu.cues import LEXICON, Cues, standard
from nlu.text import tokenize
from nlu.vectorizer import BLOCKS, TwoViewTfidf, pair


def document(text: str) -> list[tuple[str, str]]:
    return [pair(word.text, word.folded) for word in tokenize(text)]


def themes(cues: Cues, text: str) -> list[str]:
    return cues.themes(cues.expand(document(text)))


SMALL = Cues(
    {"wedding": ["đám cưới"], "lost": ["lỡ ..2 chuyển", "mất hết"], "no": ["không"]},
    {"ko": "khong"},
)


@pytest.mark.parametrize(
    "text, found",
    [
        ("đám cưới", ["wedding"]),
        ("DAM CUOI hom qua", ["wedding"]),
        ("đám cuối", []),
        ("lỡ tay bấm chuyển", ["lost"]),
        ("lo chuyen", ["lost"]),
        ("lỡ tay bấm rồi chuyển", []),
        ("ko mat het", ["lost", "no"]),
        ("lỡ", []),
        ("", []),
    ],
)
def test_cues_follow_marks_gaps_and_short_forms(text: str, found: list[str]) -> None:
    assert themes(SMALL, text) == found


def test_old_and_new_tone_placement_are_the_same() -> None:
    cues = Cues({"peace": ["hòa giải"]}, {})
    assert themes(cues, "hoà giải") == themes(cues, "hòa giải") == ["peace"]


def test_the_lists_are_found_in_the_product_words() -> None:
    assert LEXICON.exists()
    assert {"plea", "held"} <= set(themes(standard(), "cuu em voi, e bi nhot"))
    assert "is_it_scam" in themes(standard(), "cái này có phải lừa đảo ko")


def test_without_lists_the_features_still_work() -> None:
    tfidf = TwoViewTfidf(cues=Cues({}, {}))
    tfidf.fit([[document("xin chào")], [document("chào bạn")]], min_df=1)
    matrix = tfidf.transform([document("chào"), document("")])
    assert not tfidf.vocabulary["cues"]
    assert float(np.linalg.norm(matrix.data)) == pytest.approx(1, abs=1e-5)


def test_a_block_without_weight_is_left_out() -> None:
    tfidf = TwoViewTfidf(weights=dict.fromkeys(BLOCKS[1:], 0.0))
    tfidf.fit([[document("xin chào bạn")]], min_df=1)
    assert [block for block in BLOCKS if tfidf.vocabulary[block]] == ["typed"]
