"""Settings of one installation, from `HELPDESK_…` variables and a `.env` file."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from helpdesk.errors import InputError

Switch = Literal["on", "off"]


class Settings(BaseSettings):
    """Every field is a variable with the prefix `HELPDESK_`; sizes in MB, times in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="HELPDESK_", env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = ""
    migrate_url: str = ""
    data_dir: Path = Path(".helpdesk")
    bus_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    secret_key: str = Field("", repr=False)
    smtp_url: str = Field("", repr=False)
    public_docs: Switch = "off"
    outbound_allow: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    get_send: Switch = "on"
    max_upload_mb: int = Field(16, ge=1)
    workers: Switch = "on"
    sockets_per_agent: int = Field(5, ge=1)
    trusted_proxies: str = ""

    @field_validator("database_url", "migrate_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+asyncpg://" + url.removeprefix(scheme)
        if url and not url.startswith("postgresql+asyncpg://"):
            raise ValueError("must be postgresql://user:password@host/database")
        return url

    @property
    def schema_url(self) -> str:
        """The database by a role that may change the schema."""
        return self.migrate_url or self.database_url

    @property
    def is_embedded(self) -> bool:
        """Whether the embedded PostgreSQL is used."""
        return not self.database_url

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this server by https."""
        return self.public_url.startswith("https://")

    @property
    def outbound_hosts(self) -> frozenset[str]:
        """Hosts, or host:port, that may be private."""
        return frozenset(part.strip() for part in self.outbound_allow.split(",") if part.strip())

    def require_secret_key(self) -> str:
        """Return the secret key; raise InputError that says how to make one."""
        if len(self.secret_key) < 32:
            raise InputError(
                "HELPDESK_SECRET_KEY is missing or shorter than 32 characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self.secret_key
