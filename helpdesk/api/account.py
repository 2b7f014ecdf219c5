"""The account over REST: its settings and its token."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.accounts import change_account, rotate_account_token
from helpdesk.api.access import MANAGING, OWNERS, STAFF, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, OpenParts, Reading, Work
from helpdesk.queries.accounts import get_account
from helpdesk.tables.account import Account

Language = Literal["en", "id"]
COLUMNS = {
    "reply_open": "is_reply_open",
    "orders_open": "is_order_open",
    "removal_code_waived": "is_removal_code_waived",
    "ids_as_text": "is_id_text",
}


class AccountOut(Struct, frozen=True, kw_only=True):
    """The account's settings. `reply_open`: who sees a conversation may answer it unowned.

    `push_presence_hours`: an agent whose browser takes notifications counts as online so many hours
    after it was last open there; 0 is never.
    `orders_open`: a program may give its device another package, by `/order` with its token.
    `removal_code_waived`: `/delete-device` needs no code; else it goes to the WhatsApp number
    `code_number`, or where that is empty to the owner's e-mail.
    `ids_as_text`: `/send` answers `id` as texts instead of whole numbers.
    `redirect_origins` are where the `redirect` of `GET /send` may lead.
    """

    id: UUID
    name: str
    reply_open: bool
    orders_open: bool
    removal_code_waived: bool
    code_number: str
    ids_as_text: bool
    redirect_origins: list[str]
    push_presence_hours: int
    time_zone: str
    language: Language


class AccountPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of the account."""

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    reply_open: bool | UnsetType = UNSET
    orders_open: bool | UnsetType = UNSET
    removal_code_waived: bool | UnsetType = UNSET
    code_number: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    ids_as_text: bool | UnsetType = UNSET
    redirect_origins: Annotated[list[str], Meta(max_length=20)] | UnsetType = UNSET
    push_presence_hours: Annotated[int, Meta(ge=0, le=72)] | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class TokenOut(Struct, frozen=True, kw_only=True):
    """The account's token."""

    token: str


@get("/account", opt=allow(STAFF), operation_id="get_account")
async def read(reading: Reading, actor: Acting) -> AccountOut:
    """Read the account's settings."""
    return _out(await get_account(reading, actor.account_id))


@patch("/account", opt=allow(MANAGING), operation_id="change_account")
async def change(data: JSONBody[AccountPatch], work: Work) -> AccountOut:
    """Change the account's settings."""
    return _out(await change_account(work, columns_of(data, COLUMNS)))


@get("/account/token", opt=allow(OWNERS), operation_id="get_account_token")
async def read_token(reading: Reading, actor: Acting, parts: OpenParts) -> TokenOut:
    """Show the account's token."""
    account = await get_account(reading, actor.account_id)
    return TokenOut(token=parts.vault.open(account.token_sealed))


@post("/account/token", opt=allow(OWNERS), operation_id="rotate_account_token")
async def rotate_token(work: Work, parts: OpenParts) -> TokenOut:
    """Give the account a new token. The old one ends at once."""
    return TokenOut(token=await rotate_account_token(work, parts.vault))


def _out(account: Account) -> AccountOut:
    return AccountOut(
        id=account.id,
        name=account.name,
        reply_open=account.is_reply_open,
        orders_open=account.is_order_open,
        removal_code_waived=account.is_removal_code_waived,
        code_number=account.code_number,
        ids_as_text=account.is_id_text,
        redirect_origins=account.redirect_origins,
        push_presence_hours=account.push_presence_hours,
        time_zone=account.time_zone,
        language="id" if account.language == "id" else "en",
    )


router = Router("/", route_handlers=[read, change, read_token, rotate_token])
