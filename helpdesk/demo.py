"""The demo: one account with everything that the main job needs, made once per data directory."""

import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from helpdesk.installation import write_private
from helpdesk.vault import make_token

DEMO_FILE = "demo.json"
DEVICE_NUMBER = "6281234567890"
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
    return msgspec.json.decode(path.read_bytes(), type=DemoPlan)
