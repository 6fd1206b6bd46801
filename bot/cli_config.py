"""`lachan config check`: names every setting, what is missing, and why it matters."""

from collections.abc import Iterator

import typer
from pydantic import SecretStr, ValidationError

from content.loader import ContentError, load
from store.crypto import Keyring, KeyringError
from store.settings import Settings

PREFIX = "LACHAN_"


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else 0
    return str(alias) if alias else PREFIX + field.upper()


def explain(error: ValidationError) -> Iterator[str]:
    """One line a fault, without the value (it may be a secret)."""
    for fault in error.errors(include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else "?"
        named = variable(name) if name in Settings.model_fields else name
        yield f"✗ {named}: {fault['msg']}"


def check() -> int:
    """Print the table; the number of faults."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = list(explain(error))
        for line in lines:
            typer.echo(line)
        return len(lines)
    for name, field in Settings.model_fields.items():
        typer.echo(f"  {variable(name):28} {shown(getattr(settings, name)):32} {field.description}")
    faults = list(_faults(settings))
    for line in [*faults, *_notes(settings)]:
        typer.echo(line)
    typer.echo("✓ dùng được" if not faults else f"{len(faults)} lỗi")
    return len(faults)


def shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(đã đặt)"
    return "(trống)" if value is None else str(value)


def _faults(settings: Settings) -> Iterator[str]:
    try:
        load()
    except ContentError as error:
        yield f"✗ content/: {error}"
    try:
        if settings.keyring:
            Keyring.loads(settings.keyring.get_secret_value())
        elif settings.keyring_path.exists():
            Keyring.loads(settings.keyring_path.read_text())
    except (KeyringError, OSError) as error:
        yield f"✗ keyring: {error}"
    if len({settings.port, settings.console_port, settings.ops_port}) < 3:
        yield "✗ LACHAN_PORT, LACHAN_CONSOLE_PORT và LACHAN_OPS_PORT phải khác nhau"


def _notes(settings: Settings) -> Iterator[str]:
    if settings.database_url is None:
        yield "· DATABASE_URL trống: dùng PostgreSQL đi kèm, hợp với một máy"
    if not settings.keyring and not settings.keyring_path.exists():
        yield f"· Tệp khóa sẽ được tạo ở {settings.keyring_path}; hãy sao lưu nó riêng với dữ liệu"
    if not settings.console_https:
        yield "· LACHAN_CONSOLE_HTTPS=false: chỉ mở console trên máy này hoặc mạng nội bộ"
