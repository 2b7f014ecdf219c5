"""One installation on this machine: its data directory, its secret key, its database."""

import os
import secrets
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from helpdesk.embedded import EmbeddedPostgres
from helpdesk.errors import InputError
from helpdesk.settings import Settings

SECRET_FILE = "secret_key"  # noqa: S105 - a file's name


@contextmanager
def open_installation(
    settings: Settings, *, meanwhile: Callable[[], object]
) -> Generator[Settings]:
    """Make the database ready and return settings that name it.

    Embedded: starts PostgreSQL (or joins the one that runs on the data directory), keeps it alive,
    migrates, and stops it when the last process leaves. Otherwise the settings must name a secret
    key; the schema is left to `helpdesk migrate`. `meanwhile` is done while PostgreSQL starts.
    """
    if settings.secret_key or not settings.is_embedded:
        settings.require_secret_key()
    if not settings.is_embedded:
        meanwhile()
        yield settings
        return
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{settings.data_dir} cannot be made ({error.strerror}). "
            "HELPDESK_DATA_DIR must be a directory, such as /var/lib/helpdesk."
        ) from error
    postgres = EmbeddedPostgres(settings.data_dir)
    try:
        with ThreadPoolExecutor(1) as threads:
            starting = threads.submit(postgres.start)
            meanwhile()
        urls = starting.result()
        postgres.supervise()
        from helpdesk.schema import migrate_if_old

        migrate_if_old(urls.owner)
        yield settings.model_copy(
            update={
                "database_url": urls.app,
                "migrate_url": urls.owner,
                "secret_key": settings.secret_key or read_secret_key(settings.data_dir),
            }
        )
    finally:
        postgres.close()


def read_secret_key(data_dir: Path) -> str:
    """Return the data directory's secret key, made on first use and readable by us alone."""
    path = data_dir / SECRET_FILE
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 whole or not at all; of two writers the first one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
