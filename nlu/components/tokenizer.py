"""Syllable tokenizer: typed form in `Token.text`, folded form in `Token.lemma`."""

from __future__ import annotations

from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.components.registry import code_version, register
from nlu.text import tokenize


@register("MESSAGE_TOKENIZER", is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits into syllables, numbers and punctuation; offsets are those of the given text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings Rasa's `Tokenizer` reads, and the version of our code."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "code": code_version(),
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of `message`'s `attribute`, in order."""
        return [
            Token(word.text, word.start, word.end, lemma=word.folded)
            for word in tokenize(message.get(attribute))
        ]
