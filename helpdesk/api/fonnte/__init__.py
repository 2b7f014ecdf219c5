"""The door for clients of Fonnte: its paths, words and leniency end here, the actions are ours.

A new endpoint is a file, and its handler a name in the list below.
"""

from litestar import Router
from litestar.exceptions import HTTPException

from helpdesk.api.fonnte.answers import answer_refusal, answer_too_large
from helpdesk.api.fonnte.devices import add, list_all, read
from helpdesk.api.fonnte.lines import disconnect, qr
from helpdesk.api.fonnte.messages import reset, status, take_back
from helpdesk.api.fonnte.quotas import order
from helpdesk.api.fonnte.removal import delete
from helpdesk.api.fonnte.rotators import rotators
from helpdesk.api.fonnte.send import send
from helpdesk.api.fonnte.updates import update
from helpdesk.api.fonnte.upstream import fetch_groups, list_groups, typing, validate
from helpdesk.errors import HelpdeskError

router = Router(
    "/",
    route_handlers=[
        send,
        read,
        list_all,
        add,
        order,
        disconnect,
        qr,
        delete,
        update,
        status,
        take_back,
        reset,
        typing,
        validate,
        fetch_groups,
        list_groups,
        rotators,
    ],
    exception_handlers={HelpdeskError: answer_refusal, HTTPException: answer_too_large},
)
