"""The installation: one database, one secret key."""

from helpdesk.database import UnitOfWork
from helpdesk.errors import InputError
from helpdesk.queries.installation import keep_sealed_word
from helpdesk.vault import Vault

WORD = "helpdesk"


async def is_secret_key(work: UnitOfWork, vault: Vault) -> bool:
    """Whether the vault's key is the one that this database was first used with."""
    sealed = await keep_sealed_word(work.session, vault.seal(WORD))
    try:
        return vault.open(sealed) == WORD
    except InputError:
        return False
