"""Small pictures of large ones: made when asked for, and never at the cost of the large one."""

import io

from PIL import Image

from tests.api.house import House
from tests.served import Caller


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 64).save(out, kind)
    return out.getvalue()


async def upload(caller: Caller, content: bytes) -> dict[str, str]:
    made = await caller.post("/api/v1/media", files={"file": ("photo.png", content)})
    assert made.status_code == 201
    return dict(made.json())


async def test_a_large_picture_has_a_small_one(house: House) -> None:
    ani = await house.caller("agent")
    made = await upload(ani, picture(1600, 800))
    assert made["thumbnail_url"] == f"{made['url']}?size=small"
    for _ in range(2):
        small = await ani.get(made["thumbnail_url"])
        assert small.headers["content-type"] == "image/webp"
        assert Image.open(io.BytesIO(small.content)).size == (640, 320)
    assert len((await ani.get(made["url"])).content) > len(small.content)


async def test_a_small_picture_and_a_moving_one_are_shown_as_they_are(house: House) -> None:
    ani = await house.caller("agent")
    assert (await upload(ani, picture(640, 640)))["thumbnail_url"] is None
    assert (await upload(ani, picture(900, 900, "GIF")))["thumbnail_url"] is None


async def test_a_picture_that_cannot_be_drawn_is_shown_as_it_is(house: House) -> None:
    ani = await house.caller("agent")
    broken = picture(900, 900)[:2000]
    made = await upload(ani, broken)
    assert (await ani.get(made["thumbnail_url"])).content == broken


async def test_a_picture_of_too_many_pixels_is_not_drawn(house: House) -> None:
    ani = await house.caller("agent")
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    assert (await upload(ani, out.getvalue()))["thumbnail_url"] is None
