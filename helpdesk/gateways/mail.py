"""Mail to the account's people, by the operator's server; without one it stands in the log."""

import asyncio
import logging
from email.message import EmailMessage
from smtplib import SMTP, SMTP_SSL, SMTPException
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

from helpdesk.errors import Unreachable

log = logging.getLogger(__name__)

SECONDS = 10
FROM = "helpdesk"


async def send_mail(smtp_url: str, *, to: str, subject: str, text: str) -> None:
    """Send a text by the server of `smtp_url`; where that is empty, log it for the operator.

    The subject becomes one line, for it may have a name in it. Raises Unreachable.
    """
    if not smtp_url:
        log.warning("no HELPDESK_SMTP_URL, so this is no mail to %s: %s", to, text)
        return
    try:
        await asyncio.to_thread(_send, smtp_url, to, subject, text)
    except (OSError, SMTPException) as error:
        log.warning("the mail server did not take a mail: %s", error)
        raise Unreachable("The mail server did not take the mail.") from error


def _send(smtp_url: str, to: str, subject: str, text: str) -> None:
    url = urlsplit(smtp_url)
    host = url.hostname or ""
    letter = EmailMessage()
    letter["From"] = unquote(url.username or "") or f"{FROM}@{host}"
    letter["To"], letter["Subject"] = to, " ".join(subject.split())
    letter.set_content(text)
    kind = SMTP_SSL if url.scheme == "smtps" else SMTP
    with kind(host, url.port or 0, timeout=SECONDS) as server:
        server.ehlo()
        if kind is SMTP and server.has_extn("starttls"):
            server.starttls(context=create_default_context() if url.username else None)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)
