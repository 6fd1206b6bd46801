"""Syllable tokenizer: typed form in `Token.text`, folded form in `Token.lemma`."""

from __future__ import annotations

from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
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

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message the tokens of its text: the one attribute a question has."""
        for message in messages:
            if message.get(TEXT):
                message.set(TOKENS_NAMES[TEXT], self.tokenize(message, TEXT))
        return messages
