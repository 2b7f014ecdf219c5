"""The signature of webhooks is that of Standard Webhooks."""

from base64 import b64decode

from helpdesk.gateways.webhooks import sign
from helpdesk.vault import make_webhook_secret


def test_the_example_of_the_specification_is_signed_alike() -> None:
    secret, id_ = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    signature = sign(secret, id_, 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_body_id_or_time_has_another_signature() -> None:
    secret = make_webhook_secret()
    signed = {
        sign(secret, id_, time, body)
        for id_ in ("a", "b")
        for time in (1, 2)
        for body in (b"{}", b"[]")
    }
    assert len(signed) == 8


def test_a_new_secret_has_the_form_that_libraries_expect() -> None:
    secret = make_webhook_secret()
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert secret != make_webhook_secret()
