"""Settings of one installation, from `HELPDESK_…` variables and a `.env` file."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from helpdesk.errors import InputError

PLACE = r"(?:\[[0-9A-Fa-f:.]+\]|\w(?:[\w.-]*\w)?)(?::(?P<port>\d{1,5}))?"
"""`host` or `host:port`."""


def _require(pattern: str, text: str) -> None:
    """Raise ValueError unless the whole text is like this, its port one that exists."""
    found = re.fullmatch(pattern, text)
    if found is None or not 0 < int(found["port"] or 1) < 65536:
        raise ValueError(text)


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ValueError(scheme)
    _ = urlsplit(url).port  # raises ValueError for what is no port
    return f"postgresql+asyncpg://{rest}"


def _check_public_url(url: str) -> str:
    _require(rf"https?://{PLACE}(?:/[^\s?#]*)?", url)
    return url.rstrip("/")


def _check_bus_url(url: str) -> str:
    _require(rf"nats://(?:[^\s@]*@)?{PLACE}", url)
    return url


def _check_smtp_url(url: str) -> str:
    _require(rf"smtps?://(?:[^\s@]*@)?{PLACE}/?", url)
    return url


def _check_hosts(text: str) -> str:
    for host in _entries(text):
        if host.count(":") > 1 and "[" not in host:
            ip_address(host)
        else:
            _require(PLACE, host)
    return text


def _check_proxies(text: str) -> str:
    for proxy in _entries(text) - {"*"}:
        ip_network(proxy)
    return text


def _entries(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _is(form: str, example: object) -> Any:
    """What the variable must be, and an example: the words of a refusal."""
    return Field(description=form, examples=[example])


DatabaseUrl = Annotated[
    str,
    AfterValidator(_with_driver),
    _is(
        "the address of a PostgreSQL database, special characters of its password as %XX",
        "postgresql://helpdesk:secret@127.0.0.1:5432/helpdesk",
    ),
]
Switch = Annotated[Literal["on", "off"], _is("on or off", "on")]
Count = Annotated[int, Field(ge=1), _is("a whole number from 1", 5)]


class Settings(BaseSettings):
    """Every field is a variable with the prefix `HELPDESK_`; sizes in MB, times in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="HELPDESK_",
        env_file=".env",
        env_ignore_empty=True,
        validate_default=False,
        extra="ignore",
        frozen=True,
    )

    database_url: DatabaseUrl = ""
    migrate_url: DatabaseUrl = ""
    data_dir: Annotated[Path, _is("a directory", "/var/lib/helpdesk")] = Path(".helpdesk")
    bus_url: Annotated[
        str,
        AfterValidator(_check_bus_url),
        _is("the address of a NATS server", "nats://127.0.0.1:4222"),
    ] = ""
    public_url: Annotated[
        str,
        AfterValidator(_check_public_url),
        _is("an address that begins with http:// or https://", "https://desk.example.com"),
    ] = "http://127.0.0.1:8000"
    secret_key: str = Field("", repr=False)
    smtp_url: Annotated[
        str,
        AfterValidator(_check_smtp_url),
        _is("the address of a mail server", "smtp://user:secret@mail.example.com:587"),
    ] = Field("", repr=False)
    public_docs: Switch = "off"
    outbound_allow: Annotated[
        str,
        AfterValidator(_check_hosts),
        _is("host or host:port, with commas between them", "gateway.lan,10.0.0.5:8080"),
    ] = ""
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        _is("DEBUG, INFO, WARNING or ERROR", "INFO"),
    ] = "INFO"
    get_send: Switch = "on"
    max_upload_mb: Count = 16
    workers: Switch = "on"
    sockets_per_agent: Count = 5
    trusted_proxies: Annotated[
        str,
        AfterValidator(_check_proxies),
        _is("IP addresses or networks, with commas between them", "10.0.0.1,172.16.0.0/12"),
    ] = ""

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
        return _entries(self.outbound_allow)

    @property
    def max_upload_bytes(self) -> int:
        """The largest file that is taken, by whichever way it comes."""
        return self.max_upload_mb * 1024 * 1024

    def require_secret_key(self) -> str:
        """Return the secret key; raise InputError that says how to make one."""
        if len(self.secret_key) < 32:
            raise InputError(
                "HELPDESK_SECRET_KEY is missing or shorter than 32 characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self.secret_key


def read_settings(**changes: Any) -> Settings:
    """Read the settings. Raises InputError with a sentence for each value that makes no sense."""
    try:
        return Settings(**changes)
    except ValidationError as error:
        wrong = [str(each["loc"][0]) for each in error.errors()]
        raise InputError(" ".join(map(_refusal, wrong))) from None


def _refusal(name: str) -> str:
    field = Settings.model_fields[name]
    example = (field.examples or [""])[0]
    return f"HELPDESK_{name.upper()} must be {field.description}, such as {example}."
