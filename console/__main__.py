"""`python -m console`: the officers' site (DATABASE_URL must be set).

Listens on LACHAN_CONSOLE_BIND:LACHAN_CONSOLE_PORT. Ends with 1 and one sentence when it
cannot start.
"""

import sys

import uvloop
from pydantic import ValidationError

from console.serve import serve
from console.site import Site, build
from console.words import Words, load_words
from content.loader import ContentError, load
from store.crypto import KeyringError
from store.settings import Settings


def main() -> None:
    words = load_words()
    settings = _settings(words)
    site = _site(settings, words)
    try:
        uvloop.run(serve(site))
    except OSError:
        host, port = settings.console_bind, settings.console_port
        sys.exit(words.text("start", "port", host=host, port=port))


def _settings(words: Words) -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_input=False)
        # A fault's value is not told: it may be a secret.
        lines = (
            words.text("start", "setting", name=str(fault["loc"][0]).upper(), fault=fault["msg"])
            for fault in faults
        )
        sys.exit("\n".join(lines))


def _site(settings: Settings, words: Words) -> Site:
    if settings.database_url is None:
        sys.exit(words.text("start", "no_database"))
    try:
        provinces = {code: province.name for code, province in load().provinces.items()}
        return build(settings, settings.database_url.get_secret_value(), provinces)
    except (KeyringError, OSError) as error:
        sys.exit(words.text("start", "keyring", fault=error))
    except ContentError as error:
        sys.exit(words.text("start", "content", fault=error))
    except ValueError:
        sys.exit(words.text("start", "bad_database"))


if __name__ == "__main__":
    main()
