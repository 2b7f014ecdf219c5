"""The demo: one account with everything that the main job needs, made once per data directory."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from helpdesk import clock
from helpdesk.actions.accounts import create_account
from helpdesk.actions.agents import NewAgent, add_agent
from helpdesk.actions.contacts import add_contact
from helpdesk.actions.devices import NewDevice, add_device
from helpdesk.actions.divisions import NewDivision, add_division
from helpdesk.actions.labels import NewLabel, add_label, label_contact
from helpdesk.actions.media import add_file
from helpdesk.actions.rules import NewRule, add_rule
from helpdesk.actions.templates import TemplateDraft, add_template
from helpdesk.actors import Actor
from helpdesk.database import Database, UnitOfWork
from helpdesk.files import Files
from helpdesk.gateways.simulated import Simulated
from helpdesk.installation import write_private
from helpdesk.queries.accounts import get_account
from helpdesk.queries.devices import list_devices
from helpdesk.queries.sessions import find_user_by_email
from helpdesk.queries.templates import list_templates
from helpdesk.settings import Settings
from helpdesk.shapes.messages import Location, Poll
from helpdesk.shapes.rules import TextCondition
from helpdesk.shapes.words import Rotation
from helpdesk.signing import phone_key
from helpdesk.vault import Vault, make_token
from helpdesk.workers.phone import DatabasePhone

DEMO_FILE = "demo.json"
SIGNED_IN = ("demo.cookies", "demo.session")
"""Where the printed lines keep a session: ours alone to read."""
DEVICE_NUMBER = "6281234567890"
PRICE_LIST = Path(__file__).parent / "demo_files" / "price-list.png"
DIVISIONS: dict[str, Rotation] = {"Sales": "full", "Support": "partial"}
LABELS = {"VIP": 3, "Wholesale": 5, "New customer": 2, "Complaint": 8}
CUSTOMERS = {
    "628110000101": ("Nadia Rahmawati", ["VIP", "Wholesale"]),
    "628110000102": ("Yusuf Hakim", ["New customer"]),
    "628110000103": ("Oskar Lindqvist", ["Complaint"]),
    "628111000111": ("Rama", ["New customer"]),
}
"""Who may write from the simulated phone and by the printed lines, and the labels of each."""
AGENTS = {"Ani": "Sales", "Budi": "Sales", "Citra": "Support", "Dewi": "Support"}


class DemoPlan(Struct, kw_only=True):
    """The secrets of the demo account, made up before it, so that they can be printed again."""

    email: str
    password: str
    device_number: str
    device_token: str
    hook_key: str
    agent_tokens: dict[str, str]


def load_demo(data_dir: Path) -> DemoPlan:
    """Return the data directory's plan, made on first use (mode 0600)."""
    path = data_dir / DEMO_FILE
    if not path.exists():
        plan = DemoPlan(
            email="owner@demo.example",
            password=secrets.token_urlsafe(9),
            device_number=DEVICE_NUMBER,
            device_token=make_token("hd_dev_"),
            hook_key=make_token("hd_hook_"),
            agent_tokens={name: make_token("hd_agt_") for name in AGENTS},
        )
        write_private(path, msgspec.json.format(msgspec.json.encode(plan), indent=2).decode())
    for name in SIGNED_IN:
        (data_dir / name).touch(mode=0o600)
    return msgspec.json.decode(path.read_bytes(), type=DemoPlan)


class DemoAccount(Struct, frozen=True, kw_only=True):
    """What is printed of the account and stands in the database alone."""

    token: str
    phone_key: str
    """What opens the simulated phone, until the token is rotated."""
    template_id: UUID
    """The quick reply that the printed lines answer with."""


async def ensure_demo(database: Database, settings: Settings, plan: DemoPlan) -> DemoAccount:
    """Make what is missing of the demo: its account, then everything in it."""
    vault = Vault(settings.require_secret_key())
    async with database.unit_of_work() as work:
        found = await find_user_by_email(work.session, plan.email)
        if found is None:
            made = await create_account(
                work,
                vault,
                name="Kopi Senja",
                email=plan.email,
                password=plan.password,
                now=clock.now(),
            )
    account_id = found[0] if found else made.account_id
    async with database.unit_of_work(account_id) as work:
        if not await list_devices(work.session, account_id):
            await _furnish(work, database, settings, vault, plan, clock.now())
        templates = await list_templates(work.session, account_id)
        account = await get_account(work.session, account_id)
    return DemoAccount(
        token=vault.open(account.token_sealed),
        phone_key=phone_key(vault, account_id, account.token_digest),
        template_id=next(template.id for template in templates if template.attachment),
    )


async def _furnish(
    work: UnitOfWork,
    database: Database,
    settings: Settings,
    vault: Vault,
    plan: DemoPlan,
    now: datetime,
) -> None:
    divisions = {
        name: (await add_division(work, NewDivision(name=name, rotation=rotation), now=now)).id
        for name, rotation in DIVISIONS.items()
    }
    device = await add_device(
        work,
        vault,
        {"simulated": Simulated(DatabasePhone(database))},
        NewDevice(
            name="Kopi Senja",
            number=plan.device_number,
            gateway={"kind": "simulated"},
            token=plan.device_token,
            hook_key=plan.hook_key,
            default_division_id=divisions["Support"],
        ),
        now=now,
    )
    for name, division in AGENTS.items():
        agent = NewAgent(
            name=name,
            device_id=device.id,
            division_id=divisions[division],
            token=plan.agent_tokens[name],
        )
        await add_agent(work, vault, agent, now=now)
    rule = NewRule(
        device_id=device.id,
        name="Prices go to Sales",
        condition=TextCondition(words=["price", "harga"]),
        division_id=divisions["Sales"],
    )
    await add_rule(work, rule, now=now)
    await _add_templates(work, Files(settings.data_dir / "media"), divisions["Sales"], now)
    await _add_customers(work, now)


async def _add_customers(work: UnitOfWork, now: datetime) -> None:
    id_ = work.account_id
    actor = Actor(account_id=id_, role="account", kind="token", id=id_, name="Demo")
    labels = {
        name: (await add_label(work, NewLabel(name=name, color=color), now=now)).id
        for name, color in LABELS.items()
    }
    for number, (name, marks) in CUSTOMERS.items():
        person = (await add_contact(work, number, name=name, now=now)).contact
        await label_contact(work, actor, person.id, [labels[each] for each in marks], now=now)


async def _add_templates(work: UnitOfWork, files: Files, sales: UUID, now: datetime) -> None:
    image = await add_file(
        work, files, name=PRICE_LIST.name, content=PRICE_LIST.read_bytes(), now=now
    )
    for template in (
        TemplateDraft(
            name="Greeting",
            shortcut="hi",
            text="{time.greeting} {contact.name}, this is {agent.name}. How can I help?",
        ),
        TemplateDraft(
            name="Price list",
            shortcut="price",
            text="Here is our price list, {contact.name}.",
            media_id=image.id,
            division_ids=[sales],
        ),
        TemplateDraft(
            name="Where we are",
            shortcut="where",
            text="You find us here, every day from 8 to 17.",
            location=Location(latitude=-6.2088, longitude=106.8456, name="Kopi Senja, Jakarta"),
        ),
        TemplateDraft(
            name="Order on its way",
            shortcut="sent",
            text="Your order {?order number} left today and arrives {?day}.",
        ),
        TemplateDraft(
            name="How was it?",
            shortcut="rate",
            poll=Poll(name="How was our service?", choices=["Great", "Fine", "Not good"]),
        ),
        TemplateDraft(name="Thanks", shortcut="bye", text="Thank you, {contact.name}!"),
    ):
        await add_template(work, template, now=now)


def describe_demo(plan: DemoPlan, settings: Settings, account: DemoAccount) -> str:
    """Return what is printed at every start: addresses, sign-ins, and the path to play."""
    agents = "\n".join(
        f"  {name:6} {AGENTS[name]:8} {token}" for name, token in plan.agent_tokens.items()
    )
    url = settings.public_url
    path = "\n\n".join(
        f"# {number}. {what}\n{line}"
        for number, (what, line) in enumerate(describe_path(plan, settings, account), 1)
    )
    return f"""
Helpdesk runs on {url} (stop it with Ctrl-C)

Agent console      {url}/app/
Supervisor pages   {url}/app/sign-in?as=supervisor
Simulated phone    {url}/phone/#key={account.phone_key}
API documentation  {url}/docs

Supervisor         {plan.email}  {plan.password}
Agents sign in with the device number {plan.device_number} and their token:
{agents}
Account token      {account.token}
Device token       {plan.device_token}

The whole path, to be typed in two other terminals: 1 and 2 in one, 3 and 4 in the other.

{path}

Typed again, 3 is a new message of the same customer, and 4 sends nothing: a reply goes out once
per client_id, and this one stays the same until the next start.
"""


def describe_path(
    plan: DemoPlan, settings: Settings, account: DemoAccount
) -> list[tuple[str, str]]:
    """Return the four lines that play the whole path with curl and a WebSocket client.

    What each one does stands before it. The third carries an id, as a gateway's webhooks do, and a
    new one each time, for the same one again would be a redelivery.
    """
    url, place = settings.public_url, settings.data_dir.resolve()
    jar, kept = (f"'{place}/{name}'" for name in SIGNED_IN)
    is_json = "-H 'Content-Type: application/json'"
    csrf = f"""-H "X-CSRF-Token: $(grep -o '"csrf":"[^"]*' {kept} | cut -d'"' -f4)\""""
    sign_in = msgspec.json.encode(
        {"device": plan.device_number, "token": plan.agent_tokens["Ani"]}
    ).decode()
    hook = msgspec.json.encode(
        {
            "type": "message",
            "id": "'$(date +%s)'",
            "from": "628111000111",
            "name": "Rama",
            "text": "What is the price?",
        }
    ).decode()
    reply = msgspec.json.encode(
        {"client_id": str(uuid4()), "template_id": account.template_id}
    ).decode()
    ticket = (
        f"""$(curl -s -b {jar} {csrf} -X POST {url}/api/v1/session/ws-ticket | cut -d'"' -f4)"""
    )
    newest = (
        f"""$(curl -s -b {jar} '{url}/api/v1/conversations?view=mine&limit=1' | cut -d'"' -f6)"""
    )
    socket = url.replace("http", "ws", 1)
    return [
        (
            "Ani signs in",
            f"curl -s -c {jar} {is_json} -d '{sign_in}' {url}/api/v1/session | tee {kept}",
        ),
        ("Ani listens", f'{sys.executable} -m websockets "{socket}/ws?ticket={ticket}"'),
        (
            "A customer writes",
            f"curl -s {is_json} -d '{hook}' {url}/hooks/simulated/{plan.hook_key}",
        ),
        (
            "Ani answers with a quick reply",
            f"curl -s -b {jar} {csrf} {is_json} -d '{reply}' "
            f'"{url}/api/v1/conversations/{newest}/messages"',
        ),
    ]
