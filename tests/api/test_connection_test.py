"""Testing the connection that a device's form describes, over HTTP."""

from tests.api.house import House

PATH = "/api/v1/devices/test-connection"


async def test_the_simulated_gateway_is_always_there(house: House) -> None:
    sari = await house.caller("supervisor")
    answer = await sari.post(PATH, json={"gateway": {"kind": "simulated"}})
    assert answer.status_code == 200
    assert answer.json()["is_ok"] is True


async def test_what_the_form_leaves_out_comes_from_the_device(house: House) -> None:
    sari = await house.caller("supervisor")
    answer = await sari.post(PATH, json={"gateway": {}, "device_id": str(house.device.id)})
    assert answer.json()["is_ok"] is True


async def test_a_form_that_is_not_complete_is_refused_beside_its_fields(house: House) -> None:
    sari = await house.caller("supervisor")
    answer = await sari.post(PATH, json={"gateway": {"kind": "fonnte"}})
    assert answer.status_code == 422
    assert sorted(answer.json()["errors"]) == ["gateway.base_url", "gateway.token"]


async def test_another_accounts_device_lends_nothing(house: House, other_house: House) -> None:
    sari = await house.caller("supervisor")
    body = {"gateway": {}, "device_id": str(other_house.device.id)}
    assert (await sari.post(PATH, json=body)).status_code == 404
