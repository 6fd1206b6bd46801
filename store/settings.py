"""Every setting of the product, read from the environment or `.env`.

The class stands on the ground floor because the console reads it too, and nothing may
import `bot`.
"""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.nlu_addresses import nlu_addresses

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Prefix `LACHAN_`, except `DATABASE_URL`; `lachan config check` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="LACHAN_", env_file=".env", extra="ignore", populate_by_name=True, frozen=True
    )

    database_url: SecretStr | None = Field(
        None, validation_alias="DATABASE_URL", description="PostgreSQL server; empty: embedded one"
    )
    data_dir: Path = Field(ROOT / ".data", description="embedded database, keyring, logs")
    keyring_file: Path | None = Field(None, description="keyring; empty: DATA_DIR/keyring.json")
    keyring: SecretStr | None = Field(None, description="the keyring itself, instead of a file")
    bind: str = Field("127.0.0.1", description="address the web chat listens on")
    port: int = Field(8080, ge=1, le=65535, description="port of the web chat")
    console_bind: str = Field("127.0.0.1", description="address the console listens on")
    console_port: int = Field(8081, ge=1, le=65535, description="port of the officers' console")
    console_https: bool = Field(False, description="console is behind HTTPS: Secure cookies")
    ops_bind: str = Field("127.0.0.1", description="address of /metrics")
    ops_port: int = Field(9090, ge=1, le=65535, description="port of /healthz, /readyz, /metrics")
    nlu_url: str = Field(
        "http://127.0.0.1:5005",
        description="where the NLU answers; several addresses: commas between",
    )
    nlu_processes: int = Field(
        1, ge=1, le=64, description="NLU processes, on so many ports from that of one NLU_URL"
    )
    nlu_bind: str = Field("127.0.0.1", description="address the NLU listens on")
    nlu_cache_seconds: float = Field(
        60.0, ge=0, le=600, description="seconds a result is kept for the same text; 0: never"
    )
    nlu_token: SecretStr | None = Field(None, description="token that the NLU process asks for")
    nlu_timeout: float = Field(0.9, gt=0, description="seconds before rules answer alone")
    trusted_proxies: int = Field(0, ge=0, le=5, description="reverse proxies in front of the chat")
    web_wait: float = Field(10.0, gt=0, description="seconds a web request waits for its reply")
    session_burst: int = Field(120, ge=1, description="messages of one web session at once")
    session_rate: float = Field(5.0, gt=0, description="messages a second of one web session")
    address_burst: int = Field(600, ge=1, description="requests of one network address at once")
    address_rate: float = Field(20.0, gt=0, description="requests a second of one address")
    challenge_share: float = Field(
        0.5, gt=0, le=1, description="share of an address's limits above which it has to calculate"
    )
    site_burst: int = Field(3000, ge=1, description="web messages at once before all calculate")
    site_rate: float = Field(300.0, gt=0, description="web messages a second before all calculate")
    proof_bits: int = Field(
        15, ge=0, le=24, description="difficulty: 2^bits hashes on average; 0: no challenge"
    )
    burst_window: float = Field(
        1.5, ge=0, le=10, description="seconds within which a platform's messages are read as one"
    )
    look_every: float = Field(
        1.0, gt=0, description="seconds between looks for what other processes left to do"
    )
    reply_minutes: int = Field(60, ge=1, description="minutes a reply is worth sending late")
    form_timeout: int = Field(900, ge=60, description="seconds until an open form or quiz closes")
    conversation_days: int = Field(2, ge=1, description="days an idle conversation's state is kept")
    inbox_days: int = Field(7, ge=1, description="days a finished inbox row guards against doubles")
    flood_per_minute: int = Field(
        40, ge=5, description="messages a minute of one platform conversation that are read"
    )
    media_minutes: float = Field(
        3.0, ge=0, description="minutes between answers to pictures, voices, files without words"
    )
    forms_per_day: int = Field(30, ge=1, description="reports begun by one conversation in a day")
    reports_per_day: int = Field(10, ge=1, description="reports sent by one conversation in a day")
    turns_rate: float = Field(
        500.0, gt=0, description="platform turns a second of one worker; danger does not wait"
    )
    receipt_tries: int = Field(5, ge=1, description="wrong receipts per conversation in an hour")
    log_level: str = Field("info", description="debug, info, warning or error")

    telegram_token: SecretStr | None = Field(
        None, validation_alias="TELEGRAM_BOT_TOKEN", description="bot token; empty: no Telegram"
    )
    telegram_api_base: str = Field(
        "https://api.telegram.org", validation_alias="TELEGRAM_API_BASE", description="Bot API"
    )
    telegram_path_secret: SecretStr | None = Field(
        None,
        validation_alias="TELEGRAM_PATH_SECRET",
        description="last part of the webhook path; empty: derived from the keyring",
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="TELEGRAM_WEBHOOK_SECRET",
        description="secret header of the webhook; empty: derived from the keyring",
    )
    telegram_polling: bool = Field(
        False, validation_alias="TELEGRAM_POLLING", description="ask for updates: no public address"
    )
    telegram_rate: float = Field(30.0, gt=0, description="Telegram messages a second, whole bot")
    zalo_app_id: str | None = Field(
        None, validation_alias="ZALO_APP_ID", description="Zalo app; empty: no Zalo"
    )
    zalo_app_secret: SecretStr | None = Field(
        None, validation_alias="ZALO_APP_SECRET", description="secret key of the Zalo app (tokens)"
    )
    zalo_oa_secret: SecretStr | None = Field(
        None,
        validation_alias="ZALO_OA_SECRET_KEY",
        description="OA Secret Key of the webhook page (signatures)",
    )
    zalo_api_base: str = Field(
        "https://openapi.zalo.me", validation_alias="ZALO_API_BASE", description="Zalo OpenAPI"
    )
    zalo_oauth_base: str = Field(
        "https://oauth.zaloapp.com", validation_alias="ZALO_OAUTH_BASE", description="Zalo OAuth"
    )
    zalo_rate: float = Field(66.0, gt=0, description="Zalo requests a second (4,000 a minute)")
    public_url: str | None = Field(None, description="HTTPS address under which people reach us")

    @field_validator("nlu_url", "nlu_processes")
    @classmethod
    def _nlu_addresses_make_sense(cls, value: str | int, others: ValidationInfo) -> str | int:
        url = value if isinstance(value, str) else others.data.get("nlu_url", "")
        try:
            nlu_addresses(url, value if isinstance(value, int) else 1)
        except ValueError:
            raise ValueError(
                "cần một địa chỉ như http://127.0.0.1:5005; nhiều địa chỉ thì khác nhau và cách "
                "nhau bằng dấu phẩy; cổng không quá 65535"
            ) from None
        return value

    @property
    def nlu_addresses(self) -> tuple[str, ...]:
        """Base addresses of all NLU processes, without path."""
        return nlu_addresses(self.nlu_url, self.nlu_processes)

    @property
    def keyring_path(self) -> Path:
        return self.keyring_file or self.data_dir / "keyring.json"
