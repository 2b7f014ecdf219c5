"""Groups: a conversation with many who write in it."""

from tests.api.house import House
from tests.factories import make_device, open_console

GROUP = "120363025246125486@g.us"


async def test_a_group_is_one_conversation_whose_members_are_told_apart(house: House) -> None:
    device = await make_device(
        house.account,
        number="628117000001",
        default_division_id=house.division,
        is_group_routed=True,
    )
    await open_console(house.account, house.agent)
    for member, name in (("6285550001", "Rama"), ("6285550002", ""), ("6285550001", "Rama")):
        said = {"from": GROUP, "member": member, "name": name, "text": f"I am {name or member}"}
        assert (await house.served.hook(device, **said)).status_code == 200
    staff = await house.caller("supervisor")
    [conversation] = (await staff.get("/api/v1/conversations?view=all")).json()["items"]
    assert conversation["contact"]["number"] == GROUP
    assert conversation["last_message"]["member"] == "Rama"
    assert conversation["assignee_id"] == str(house.agent.id)
    page = await staff.get(f"/api/v1/conversations/{conversation['id']}/messages")
    lines = page.json()["items"]
    assert [line["sender"]["name"] for line in lines] == ["Rama", "6285550002", "Rama"]
    assert lines[0]["member_id"] == lines[2]["member_id"] != lines[1]["member_id"]
    group = f"/api/v1/contacts/{conversation['contact']['id']}"
    assert (await staff.get(group)).json()["kind"] == "group"
    members = (await staff.get(f"{group}/members")).json()
    told = [(each["name"], each["number"], each["messages"]) for each in members["items"]]
    assert told == [("Rama", "6285550001", 2), ("", "6285550002", 1)]
    assert members["next"] is None


async def test_a_person_has_no_members_and_says_nobodys_name_in_the_list(house: House) -> None:
    await house.served.hook(house.device, text="Alone")
    staff = await house.caller("supervisor")
    [conversation] = (await staff.get("/api/v1/conversations?view=all")).json()["items"]
    assert conversation["last_message"]["member"] == ""
    contact = f"/api/v1/contacts/{conversation['contact']['id']}"
    assert (await staff.get(f"{contact}/members")).json()["items"] == []


async def test_who_does_not_see_a_group_does_not_see_its_members(house: House) -> None:
    device = await make_device(house.account, number="628117000002", is_group_routed=True)
    await house.served.hook(device, **{"from": GROUP, "member": "6285550001", "text": "Hi"})
    staff, agent = await house.caller("supervisor"), await house.caller("agent")
    [contact] = (await staff.get(f"/api/v1/contacts?number={GROUP}")).json()["items"]
    assert (await staff.get(f"/api/v1/contacts/{contact['id']}/members")).status_code == 200
    assert (await agent.get(f"/api/v1/contacts/{contact['id']}/members")).status_code == 404
