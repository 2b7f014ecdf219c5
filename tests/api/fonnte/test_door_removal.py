"""`/delete-device`: a code by WhatsApp or e-mail, and then the device is gone."""

import asyncio
import logging
import re
import socketserver
import threading
from collections.abc import Iterator

import pytest

from helpdesk.actions.removals import MOST_WRONG
from helpdesk.database import execute
from helpdesk.errors import Unreachable
from helpdesk.gateways.mail import send_mail
from tests.api.fonnte.door import Body, Door, read
from tests.factories import make_device, receive


async def ask(door: Door, token: str, otp: str = "") -> Body:
    """Ask to delete the device of a token."""
    headers = {"Authorization": token}
    return read(await door.caller.post("/delete-device", headers=headers, data={"otp": otp}))


async def change(door: Door, sql: str) -> None:
    async with door.account.work() as work:
        await execute(work.session, sql, door.account.id)


async def sent_code(door: Door) -> str:
    [row] = await door.ask(
        "select text from message where account_id = $1 order by number desc limit 1"
    )
    found = re.search(r"[0-9]{6}", row["text"])
    assert found
    return found[0]


async def test_a_code_by_whatsapp_deletes_the_device(door: Door) -> None:
    spare = await make_device(door.account, number="6281100000077")
    await change(door, "update account set code_number = '0812 3456 789' where id = $1")
    assert await ask(door, spare.token) == {"detail": "otp sent by whatsapp", "status": True}
    code = await sent_code(door)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert await ask(door, spare.token, wrong) == {"reason": "incorrect OTP", "status": False}
    gone = {"detail": "device 6281100000077 successfully deleted", "status": True}
    assert await ask(door, spare.token, code) == gone
    assert await ask(door, spare.token) == {"reason": "invalid device", "status": False}


async def test_who_has_but_the_devices_token_does_not_get_to_read_the_code(door: Door) -> None:
    """Though the number has an open conversation, and a webhook is told the message's id."""
    device, token = door.house.device, door.house.device.token
    line = await receive(door.account, device)
    await change(door, "update account set code_number = '6285550001' where id = $1")
    assert (await ask(door, token))["detail"] == "otp sent by whatsapp"
    code = await sent_code(door)
    [row] = await door.ask("select id from message where account_id = $1 and direction = 'out'")
    program = door.house.served.caller(token)
    talk = f"/api/v1/conversations/{line.conversation.id}"
    for path in ("/api/v1/conversations", talk, f"{talk}/messages", f"{talk}/transcript"):
        answer = await program.get(path)
        assert answer.status_code == 200
        assert code not in answer.text
    for path in (f"/api/v1/messages/{row['id']}", f"/api/v1/messages/{row['id']}/queued"):
        assert (await program.get(path)).status_code == 404
    for verb in ("cancel", "resend"):
        answer = await program.post(f"/api/v1/messages/{row['id']}/{verb}")
        assert answer.status_code == 404


async def test_of_wrong_codes_at_once_no_more_are_tried_than_one_after_the_other(
    door: Door,
) -> None:
    token = door.house.device.token
    await ask(door, token)
    answers = await asyncio.gather(*(ask(door, token, "x") for _ in range(30)))
    tried = [each for each in answers if each["reason"] == "incorrect OTP"]
    assert len(tried) == MOST_WRONG


async def test_a_device_that_may_not_send_has_its_code_mailed(door: Door) -> None:
    await change(door, "update account set code_number = '0812 3456 789' where id = $1")
    await change(door, "update package set messages_per_month = 0 where account_id = $1")
    await change(door, "update device set package = 'free' where account_id = $1")
    assert (await ask(door, door.house.device.token))["detail"] == "otp sent by e-mail"


async def test_without_a_number_the_code_goes_to_the_owners_mail_which_stands_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    spare = await make_device(door.account, number="6281100000077")
    with caplog.at_level(logging.WARNING):
        answer = await ask(door, spare.token)
    assert answer["detail"] == "otp sent by e-mail"
    [line] = [each.getMessage() for each in caplog.records if "HELPDESK_SMTP_URL" in each.msg]
    assert door.house.emails["owner"] in line
    code = re.findall(r"[0-9]{6} is", line)[0][:6]
    assert (await ask(door, spare.token, code))["status"] is True


async def test_a_second_code_within_ten_minutes_is_refused_with_the_wait(door: Door) -> None:
    await ask(door, door.house.device.token)
    reason = (await ask(door, door.house.device.token))["reason"]
    found = re.fullmatch(r"please wait ([0-9]+) seconds before requesting new otp", reason)
    assert found
    assert 590 <= int(found[1]) <= 600


async def test_a_code_that_nobody_asked_for_deletes_nothing(door: Door) -> None:
    refused = {"reason": "otp haven't requested", "status": False}
    assert await ask(door, door.house.device.token, "123456") == refused


async def test_too_many_wrong_codes_have_to_wait(door: Door) -> None:
    await ask(door, door.house.device.token)
    reasons = [(await ask(door, door.house.device.token, "x"))["reason"] for _ in range(8)]
    assert reasons[0] == "incorrect OTP"
    assert re.fullmatch(r"delete failed\. try again in [0-9]+ seconds", reasons[-1])


async def test_a_device_that_is_needed_stays_even_with_the_right_code(door: Door) -> None:
    await change(door, "update account set is_removal_code_waived = true where id = $1")
    refused = await ask(door, door.house.device.token)
    assert refused["reason"] == "device still has agents or open conversations"


async def test_an_account_may_waive_the_code(door: Door) -> None:
    spare = await make_device(door.account, number="6281100000077")
    await change(door, "update account set is_removal_code_waived = true where id = $1")
    assert (await ask(door, spare.token))["status"] is True


class _Mailbox(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 to take one letter."""

    letters: list[str]

    def handle(self) -> None:
        """Speak with one client."""
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.server.heard.append(line.split()[0].upper())  # type: ignore[attr-defined]
            if line.upper().startswith(b"EHLO"):
                self.wfile.write(self.server.greeting)  # type: ignore[attr-defined]
                continue
            if line.upper().startswith(b"STARTTLS"):
                self.wfile.write(b"454 not now\r\n")
                continue
            if not line.upper().startswith(b"DATA"):
                self.wfile.write(b"250 ok\r\n")
                continue
            self.wfile.write(b"354 go\r\n")
            lines = []
            while (text := self.rfile.readline()) != b".\r\n":
                lines.append(text.decode())
            self.server.letters.append("".join(lines))  # type: ignore[attr-defined]
            self.wfile.write(b"250 kept\r\n")


@pytest.fixture
def mailbox() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server on the loopback."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.letters, server.heard = [], []  # type: ignore[attr-defined]
        server.greeting = b"250 ok\r\n"  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_a_mail_goes_out_by_the_operators_server(
    mailbox: socketserver.ThreadingTCPServer,
) -> None:
    url = f"smtp://127.0.0.1:{mailbox.server_address[1]}"
    await send_mail(url, to="ani@example.com", subject="Delete?", text="123456 is the code")
    [letter] = mailbox.letters  # type: ignore[attr-defined]
    assert "To: ani@example.com" in letter
    assert "123456 is the code" in letter


async def test_a_name_of_several_lines_makes_one_subject(
    mailbox: socketserver.ThreadingTCPServer,
) -> None:
    url = f"smtp://127.0.0.1:{mailbox.server_address[1]}"
    await send_mail(url, to="ani@example.com", subject="Delete A\r\nBcc: x@y.z?", text="123456")
    [letter] = mailbox.letters  # type: ignore[attr-defined]
    assert "Subject: Delete A Bcc: x@y.z?\r\n" in letter


async def test_no_password_goes_to_a_mail_server_that_breaks_off_its_encryption(
    mailbox: socketserver.ThreadingTCPServer,
) -> None:
    mailbox.greeting = b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"  # type: ignore[attr-defined]
    url = f"smtp://ani:secret@127.0.0.1:{mailbox.server_address[1]}"
    with pytest.raises(Unreachable):
        await send_mail(url, to="ani@example.com", subject="", text="123456")
    heard = mailbox.heard  # type: ignore[attr-defined]
    assert b"STARTTLS" in heard
    assert b"AUTH" not in heard


async def test_a_mail_server_that_is_away_is_told(mailbox: socketserver.ThreadingTCPServer) -> None:
    port = mailbox.server_address[1]
    await asyncio.to_thread(mailbox.server_close)
    with pytest.raises(Unreachable):
        await send_mail(f"smtp://127.0.0.1:{port}", to="a@b.c", subject="", text="")
