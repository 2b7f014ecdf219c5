"""The golden table: the facts of FONNTE.md, section 1, by endpoint, in its order."""

from collections.abc import Iterator
from itertools import chain

from tests.api.fonnte.golden import DEVICE, ID, NEW, NUMBER, TOKEN, Fields, Like, Row, Token

EMPTY, INPUT = "invalid/empty body value", "input invalid"
TARGET, SENT_TO = "081234567890", "6281234567890"
GROUP = "120363025246125486@g.us"
HALO = {"target": TARGET, "message": "Halo"}
GONE = "request invalid on disconnected device"
AWAY = "update device set status = 'disconnect' where account_id = $1"
ROTATOR = (
    "insert into rotator (account_id, id, number, name, rotation, numbers, turn_number, cycle, "
    "cycle_start, created_at) values ($1, gen_random_uuid(), 1, 'Leads', 'full', "
    """'[{"number": "6281234567890", "weight": 1}]', 0, 1, 1, now())"""
)
PNG = r"iVBORw0KGgo[A-Za-z0-9+/]+=*"


def refuses(
    path: str, fields: Fields, reason: str, *, token: Token = "device", given: str = "",  # noqa: S107 - whose
    key: str = "reason", is_queued: bool = False, has_get: bool = False,
) -> Row:  # fmt: skip
    """A refusal without a request's number."""
    return Row(path=path, fields=fields, answer={key: reason, "status": False}, token=token,
               given=given, is_queued=is_queued, has_get=has_get)  # fmt: skip


def sent(*targets: str, detail: str = "success! message in queue") -> Fields:
    """What `/send` answers: documented keys, and the quota that is on the wire (1.1)."""
    count = len(targets)
    quota = {"details": "deduced from total quota", "quota": 1_000_000,
             "remaining": 1_000_000 - count, "used": count}  # fmt: skip
    return {"detail": detail, "id": [NUMBER] * count, "process": "pending",
            "quota": {DEVICE: quota}, "requestid": NUMBER, "status": True,
            "target": list(targets)}  # fmt: skip


def sends(fields: Fields, *targets: str, texts: tuple[str, ...] = ()) -> Row:
    """A `/send` that is accepted for these targets."""
    return Row(path="/send", fields=fields, answer=sent(*targets), texts=texts, has_get=True)


def send_refuses(fields: Fields, reason: str, *, given: str = "") -> Row:
    """A `/send` that is refused, with the number of the request."""
    answer = {"reason": reason, "requestid": NUMBER, "status": False}
    return Row(path="/send", fields=fields, answer=answer, given=given, has_get=True)


def send_accepts() -> Iterator[Row]:
    """1.1 and 5: what is sent to whom."""
    yield sends(HALO, SENT_TO, texts=("Halo",))
    yield sends(HALO | {"target": "+62 812-3456-7890"}, SENT_TO)
    yield sends(HALO | {"target": SENT_TO, "countryCode": "62"}, SENT_TO)
    yield sends(HALO | {"countryCode": "60"}, "6081234567890")
    yield sends(HALO | {"countryCode": "+65"}, "6581234567890")
    yield sends(HALO | {"countryCode": "0"}, TARGET)
    yield sends(HALO | {"target": "81234567890"}, "81234567890")
    yield sends(HALO | {"target": GROUP, "countryCode": "60"}, GROUP)
    yield sends(HALO | {"target": "628123456789-1500000000@g.us"}, "628123456789-1500000000@g.us")
    yield sends(HALO | {"target": "98765432109876@lid"}, "98765432109876@lid")
    yield sends(
        {
            "target": "08123456781|Ani|Admin, +62 812 3456 782 |Budi,08123456781",
            "message": "Halo {name}, {var1}! {var2} {name.x}",
            "delay": "2-5",
        },
        "628123456781", "628123456782", "628123456781",
        texts=("Halo Ani, Admin! {var2} {name.x}", "Halo Budi, {var1}! {var2} {name.x}",
               "Halo {name}, {var1}! {var2} {name.x}"),
    )  # fmt: skip
    yield sends(
        {"data": '[{"target":"0812345678|Ani","message":"1 {name}"},'
                 '{"target":"0812345679","message":2,"delay":"2"}]', "countryCode": "60"},
        "60812345678", "60812345679", texts=("1 Ani", "2"),
    )  # fmt: skip
    yield sends(HALO | {"message": "Pagi & siang + malam 100% \U0001f44d"}, SENT_TO,
                texts=("Pagi & siang + malam 100% \U0001f44d",))  # fmt: skip
    yield sends({"target": TARGET, "message": "Kantor", "location": "-7.98, 112.62"}, SENT_TO)
    yield sends({"target": TARGET, "location": "-7.98,112.62"}, SENT_TO)
    yield sends({"target": TARGET, "message": "Mau?", "choices": "nasi, mie"}, SENT_TO)
    poll = {"pollname": "makan", "choices": ",".join("abcdefghijkl"), "select": "multiple"}
    yield sends({"target": TARGET} | poll, SENT_TO)
    yield sends(
        HALO | {"typing": False, "schedule": 0, "followup": 0, "delay": "2", "inboxid": 0,
                "preview": True, "connectOnly": True, "sequence": False, "duration": 1}, SENT_TO,
    )  # fmt: skip
    yield sends(HALO | {"typing": "on", "preview": "F", "connectOnly": "TRUE", "inboxid": "12345",
                        "schedule": "", "followup": "", "delay": "", "sequence": "t"},
                SENT_TO)  # fmt: skip
    yield sends(HALO | {"device": "my-device", "type": "x", "footer": "f", "header": "h",
                        "button": '[{"id":"y"}]', "list": "{", "read": True, "online": True,
                        "buttonJSON": "{", "templateJSON": "{", "listJSON": "{"},
                SENT_TO)  # fmt: skip
    later = sent(SENT_TO, detail="success! message will be sent on scheduled time")
    yield Row(path="/send", fields=HALO | {"schedule": 4_000_000_000}, answer=later, has_get=True)
    yield Row(path="/send", fields=HALO | {"connectOnly": False}, answer=sent(SENT_TO), given=AWAY)
    as_texts = sent(SENT_TO) | {"id": [Like(str, "[0-9]+")]}
    given = "update account set is_id_text = true where id = $1"
    yield Row(path="/send", fields=HALO, answer=as_texts, given=given, has_get=True)
    yield sends(HALO | {"schedule": 1}, SENT_TO)
    yield sends(HALO | {"delay": "1-10", "followup": 60, "sequence": True}, SENT_TO)
    asked = {"target": "rotator#1|Ani,rotator#1", "message": "Halo {name}"}
    yield Row(path="/send", fields=asked, answer=sent(SENT_TO, SENT_TO),
              texts=("Halo Ani", "Halo {name}"), given=ROTATOR, has_get=True)  # fmt: skip
    told = sent(SENT_TO)
    registered = told | {"quota": {"0811-2233-445": told["quota"][DEVICE]}}
    given = "update device set number_raw = '0811-2233-445' where account_id = $1"
    yield Row(path="/send", fields=HALO, answer=registered, given=given, has_get=True)


def send_refusals() -> Iterator[Row]:
    """1.1: what is refused, and in which words."""
    for fields in (
        {}, {"message": "Halo"}, {"target": "", "message": "Halo"}, HALO | {"target": " , "},
        {"target": TARGET}, HALO | {"message": " "}, HALO | {"target": f"{SENT_TO}@s.whatsapp.net"},
        HALO | {"typing": "maybe"}, HALO | {"preview": "off"}, HALO | {"schedule": "tomorrow"},
        HALO | {"inboxid": "1.5"}, {"data": '[{"target":"0812345678"}]'},
    ):  # fmt: skip
        yield send_refuses(fields, EMPTY)
    for target in (
        "0812", f"{TARGET},0812", "120363025246125486", "x@g.us", "6281234567890@c.us",
    ):  # fmt: skip
        yield send_refuses(HALO | {"target": target}, "target input invalid")
    yield send_refuses(HALO | {"target": "rotator#12345678"}, "target invalid")
    for more in (
        {"countryCode": "abc"}, {"delay": "soon"}, {"delay": "9-1"}, {"delay": "9" * 100},
        {"schedule": "9" * 18}, {"schedule": "-5"}, {"followup": "-5"}, {"followup": "9" * 18},
        {"location": "here"}, {"location": "91,0"}, {"choices": "nasi"},
        {"choices": ",".join("abcdefghijklm")}, {"choices": "a,,b"},
        {"choices": "a,b", "select": "some"}, {"choices": "a,b", "location": "1,1"},
        {"choices": "a,b", "message": ""}, {"data": "[]"},
    ):  # fmt: skip
        yield send_refuses(HALO | more, INPUT)
    for data in ("[{", "{}", "[1]", "[" * 5_000):
        yield send_refuses({"data": data}, "JSON format invalid")
    yield send_refuses({"target": TARGET, "url": "http://localhost/a.png"}, "url invalid")
    yield send_refuses(HALO, GONE, given=AWAY)
    yield send_refuses(HALO, "insufficient quota", given=(
        "with taken as (update package set messages_per_month = 0 where account_id = $1) "
        "update device set package = 'free' where account_id = $1"
    ))  # fmt: skip
    for token in ("nobody", "account"):
        yield refuses("/send", HALO, "invalid token", token=token, has_get=True)


def messages() -> Iterator[Row]:
    """1.3 to 1.5: one message's life."""
    told = {"id": ID, "message_status": "waiting", "status": True}
    yield Row(path="/status", fields={"id": ID}, answer=told, is_queued=True, has_get=True)
    yield refuses("/status", {}, "id required", has_get=True)
    yield refuses("/status", {"id": ""}, "id required", has_get=True)
    deleted = {"detail": f"message {ID} successfully deleted", "status": True}
    yield Row(path="/delete-message", fields={"id": ID}, answer=deleted, is_queued=True,
              is_once=True)  # fmt: skip
    put = {"detail": f"message {ID} successfully reset", "status": True}
    for more in ({}, {"delay": "5", "schedule": 0, "byschedule": False}, {"byschedule": True}):
        yield Row(path="/reset-message", fields={"id": ID} | more, answer=put, is_queued=True,
                  is_once=True)  # fmt: skip
    yield refuses("/reset-message", {"id": ID, "schedule": "soon"}, EMPTY, is_queued=True)
    taken = "update outbox set state = 'sending' where account_id = $1"
    for verb in ("delete", "reset"):
        yield refuses(f"/{verb}-message", {}, "invalid message id")
        yield refuses(f"/{verb}-message", {"id": "-1"}, "invalid message id")
        reason = f"cannot {verb} message with status processing"
        yield refuses(f"/{verb}-message", {"id": ID}, reason, is_queued=True, given=taken)
    for path in ("/status", "/delete-message", "/reset-message"):
        yield refuses(path, {"id": "x"}, EMPTY)
        yield refuses(path, {"id": 999_999_999}, "invalid message id")
        for token in ("nobody", "account"):
            yield refuses(path, {"id": 1}, "invalid token", token=token)


def upstream() -> Iterator[Row]:
    """1.6 to 1.10: what the gateway is asked, and the rotators."""
    number = {"target": TARGET}
    for more, word in (
        ({"duration": 3, "stop": False}, "typing"), ({}, "typing"), ({"countryCode": ""}, "typing"),
        ({"duration": 0, "stop": True}, "typing stopped"), ({"target": GROUP}, "typing"),
    ):  # fmt: skip
        yield Row(path="/typing", fields=number | more, answer={"detail": word, "status": True})
    known = {"not_registered": ["6281234567000"], "registered": [SENT_TO], "status": True}
    yield Row(path="/validate", fields={"target": f"{TARGET}, +62 812-3456-7000"}, answer=known)
    abroad = {"not_registered": [], "registered": ["6081234567890"], "status": True}
    yield Row(path="/validate", fields=number | {"countryCode": 60}, answer=abroad)
    fetched = {"detail": "update whatsapp group list finished", "status": True}
    yield Row(path="/fetch-group", answer=fetched)
    yield Row(path="/get-whatsapp-group", answer={"data": [], "status": True}, has_get=True)
    for fields, reason in (
        ({}, EMPTY), ({"target": "12"}, "target input invalid"),
        ({"target": "rotator#1"}, "target input invalid"),
    ):  # fmt: skip
        yield refuses("/typing", fields, reason)
        yield refuses("/validate", fields, reason)
    for more, reason in (
        ({"duration": "x"}, EMPTY), ({"duration": "-1"}, INPUT), ({"stop": "maybe"}, EMPTY),
        ({"target": f"{TARGET},08123456780"}, INPUT),
    ):  # fmt: skip
        yield refuses("/typing", number | more, reason)
    yield refuses("/validate", {"target": GROUP}, "target input invalid")
    most = ",".join(f"62812{n:08}" for n in range(501))
    yield refuses("/validate", {"target": most}, INPUT)
    for path in ("/typing", "/validate", "/fetch-group", "/get-whatsapp-group"):
        yield refuses(path, number, GONE, given=AWAY)
        for token in ("nobody", "account"):
            yield refuses(path, number, "invalid token", token=token)
    listed = {"data": [{"id": "rotator#1", "name": "Leads"}], "status": True}
    for token in ("device", "account"):
        yield Row(path="/rotator", answer=listed, token=token, given=ROTATOR, has_get=True)
        yield refuses("/rotator", {}, "no rotator yet", token=token, key="detail", has_get=True)
    yield refuses("/rotator", {}, "unknown user", token="nobody", key="detail", has_get=True)


def devices() -> Iterator[Row]:
    """1.11 to 1.13: what devices there are, and a new one."""
    told = {"device": DEVICE, "device_status": "connect", "expired": "31 December 2099",
            "messages": 0, "name": "Shop", "package": "Ultra", "quota": "1000000",
            "status": True}  # fmt: skip
    yield Row(path="/device", answer=told, has_get=True)
    given = (
        "update device set package = 'regular', status = 'disconnect', "
        "expires_at = '2029-11-08T00:00:00Z' where account_id = $1"
    )
    other = told | {"device_status": "disconnect", "expired": "8 November 2029",
                    "package": "Regular", "quota": "10000"}  # fmt: skip
    yield Row(path="/device", answer=other, given=given, has_get=True)
    row = {"autoread": "on", "device": DEVICE, "expired": "4102358400", "name": "Shop",
           "package": "Ultra", "quota": "1000000", "status": "connect", "token": TOKEN}  # fmt: skip
    listed = {"connected": 1, "data": [row], "devices": 1, "messages": 0, "status": True,
              "type": "device"}  # fmt: skip
    yield Row(path="/get-devices", answer=listed, token="account", has_get=True)
    row = row | {"expired": "1888790400", "package": "Regular", "quota": "10000",
                 "status": "disconnect"}  # fmt: skip
    yield Row(path="/get-devices", answer=listed | {"connected": 0, "data": [row]},
              token="account", given=given, has_get=True)  # fmt: skip
    yield from add_device()
    for token in ("nobody", "account"):
        yield refuses("/device", {}, "token invalid", token=token, has_get=True)
    for path in ("/get-devices", "/add-device"):
        for token in ("nobody", "device"):
            yield refuses(path, {}, "unknown user", token=token)


def add_device() -> Iterator[Row]:
    """1.13."""
    new = {"name": "Toko Baru", "device": NEW}
    for switches, words in (
        ({"autoread": False, "personal": True, "group": True}, ("off", "on", "on")),
        ({"autoread": "", "group": "1"}, ("off", "on", "off")),
        ({}, ("off", "off", "off")),
    ):
        told = dict(zip(("autoread", "group", "personal"), words, strict=True))
        answer = {"autoread": told["autoread"], "device": NEW, "group": told["group"],
                  "name": "Toko Baru", "personal": told["personal"], "status": True,
                  "token": Like(str, "hd_dev_.{20,}")}  # fmt: skip
        yield Row(path="/add-device", fields=new | switches, answer=answer, token="account",
                  is_once=True)  # fmt: skip
    for fields in (
        {}, new | {"name": "T"}, new | {"name": "T" * 31}, new | {"device": ""},
        new | {"device": "0812"}, new | {"device": "0" * 16}, new | {"device": "not a number"},
    ):  # fmt: skip
        yield refuses("/add-device", fields, INPUT, token="account")
    yield refuses("/add-device", new | {"autoread": "off"}, EMPTY, token="account")
    yield refuses("/add-device", new | {"group": "maybe"}, EMPTY, token="account")
    yield refuses("/add-device", new | {"device": DEVICE}, "device already exist", token="account")


def update_device() -> Iterator[Row]:
    """1.14."""
    shown = {"autoread": "on", "detail": "device updated", "device": DEVICE, "group": "off",
             "inbox": "off", "name": "Toko", "personal": "on", "quick": "off", "resend": "off",
             "silent": "off", "source": "autoreply", "status": True, "target": ""}  # fmt: skip
    for fields, changed in (
        ({}, {}),
        ({"webhook": "https://shop.example/hook?key=1", "webhookstatus": "", "secret": "s"}, {}),
        ({"device": NEW}, {"device": NEW}),
        ({"autoread": False, "group": True, "quick": True, "personal": False},
         {"autoread": "off", "group": "on", "quick": "on", "personal": "off"}),
        ({"inbox": "on", "silent": "1"}, {"inbox": "on", "silent": "on"}),
        ({"resend": True, "target": TARGET, "countryCode": "60"},
         {"resend": "on", "target": "6081234567890"}),
        ({"resend": True, "target": TARGET}, {"resend": "on", "target": SENT_TO}),
        ({"resend": False, "target": TARGET}, {}),
        ({"webhookchaining": "https://shop.example/", "webhookconnect": "", "secret_key": ""}, {}),
        ({"source": "flow"}, {"source": "flow"}),
        ({"source": "spreadsheet"}, {"source": "spreadsheet"}),
    ):  # fmt: skip
        answer = shown | changed
        yield Row(path="/update-device", fields={"name": "Toko"} | fields, answer=answer)
    for fields, reason in (
        ({"name": ""}, INPUT), ({"name": "T"}, INPUT), ({"device": "12"}, INPUT),
        ({"webhook": "http://10.0.0.1/hook"}, "url invalid"),
        ({"webhookconnect": "ftp://shop.example"}, "url invalid"),
        ({"webhook": "https://shop.example/" + "x" * 2_000}, INPUT),
        ({"autoread": "perhaps"}, EMPTY), ({"secret": "x" * 201}, INPUT),
        ({"resend": True}, EMPTY), ({"resend": True, "target": "12"}, "target input invalid"),
        ({"resend": True, "target": GROUP}, "target input invalid"),
        ({"resend": True, "target": f"{TARGET},08123456780"}, INPUT),
        ({"resend": True, "target": DEVICE}, INPUT), ({"source": "crystal ball"}, INPUT),
    ):  # fmt: skip
        yield refuses("/update-device", {"name": "Toko"} | fields, reason)
    for token in ("nobody", "account"):
        yield refuses("/update-device", {"name": "Toko"}, "token invalid", token=token)


def lines() -> Iterator[Row]:
    """1.15 to 1.18: a device's end, its line to WhatsApp, its package."""
    waived = "update account set is_removal_code_waived = true where id = $1"
    gone = {"detail": f"device {DEVICE} successfully deleted", "status": True}
    yield Row(path="/delete-device", answer=gone, given=waived, is_once=True)
    number = "update account set code_number = '081234567890' where id = $1"
    asked = {"detail": "otp sent by whatsapp", "status": True}
    yield Row(path="/delete-device", fields={"otp": ""}, answer=asked, given=number, is_once=True)
    yield refuses("/delete-device", {"otp": 123456}, "otp haven't requested")
    for token in ("nobody", "account"):
        yield refuses("/delete-device", {}, "invalid device", token=token)
    off = {"detail": "device disconnected", "status": True}
    yield Row(path="/disconnect", answer=off, is_once=True)
    yield refuses("/disconnect", {}, "device already disconnected", key="detail", given=AWAY)
    for token in ("nobody", "account"):
        yield refuses("/disconnect", {}, "token invalid", token=token, key="detail")
    for fields in ({}, {"type": "qr"}):
        picture = {"status": True, "url": Like(str, PNG)}
        yield Row(path="/qr", fields=fields, answer=picture, given=AWAY)
    code = {"code": Like(str, "[A-Z0-9]{4}-[A-Z0-9]{4}"), "status": True}
    asked_for = {"type": "code", "whatsapp": "+62 812-3456-7890"}
    yield Row(path="/qr", fields=asked_for, answer=code, given=AWAY)
    yield refuses("/qr", {}, "device already connect")
    yield refuses("/qr", {"type": "smoke"}, INPUT, given=AWAY)
    yield refuses("/qr", {"type": "code"}, EMPTY, given=AWAY)
    yield refuses("/qr", {"type": "code", "whatsapp": "12"}, INPUT, given=AWAY)
    for fields in ({"plan": 1, "duration": 1, "duration-value": 3}, {"plan": 7, "duration": 10},
                   {"plan": 6, "ai-quota": 500, "ai-data": 1}):  # fmt: skip
        ordered = {"detail": "order success", "status": True}
        yield Row(path="/order", fields=fields, answer=ordered)
    for fields in (
        {}, {"plan": 0}, {"plan": 8}, {"plan": 1, "duration": 2},
        {"plan": 1, "duration-value": 0}, {"plan": 1, "duration": 10, "duration-value": 11},
    ):  # fmt: skip
        yield refuses("/order", fields, INPUT)
    kept = "update account set is_order_open = false where id = $1"
    yield refuses("/order", {"plan": 7}, "packages are given by a supervisor of the account",
                  given=kept)  # fmt: skip
    for path in ("/qr", "/order"):
        for token in ("nobody", "account"):
            yield refuses(path, {}, "token invalid", token=token)


ROWS = tuple(
    chain(send_accepts(), send_refusals(), messages(), upstream(), devices(), update_device(),
          lines())
)  # fmt: skip
