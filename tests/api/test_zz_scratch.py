import io, zipfile, json, tempfile
from uuid import uuid4
import pytest
from pathlib import Path
from litestar.testing import AsyncTestClient
from helpdesk.app import create_app
from helpdesk.settings import Settings
from helpdesk.tables.directory import Directory
from tests.factories import *

@pytest.fixture
async def client(database, account, vault, tmp_path):
    settings = Settings(database_url=database.url, secret_key="x"*40, data_dir=tmp_path, max_upload_mb=1)
    token = "hd_acc_" + "z"*38
    await account.insert(Directory(kind="account_token", key=vault.digest(token).hex(), account_id=account.id, id=account.id))
    app = create_app(settings)
    async with AsyncTestClient(app) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client

async def test_all(client, account):
    api = "/api/v1"
    r = await client.post(api+"/divisions", json={"name": "A"}); print(r.status_code, r.text); a = r.json()["id"]
    r = await client.post(api+"/divisions", json={"name": "B", "limit": 3, "own_device_only": True}); b = r.json()["id"]
    r = await client.patch(api+f"/divisions/{b}", json={"limit": None, "own_device_only": False}); print(r.status_code, r.text)
    r = await client.patch(api+f"/divisions/{b}", json={}); print(r.status_code, r.text)
    r = await client.patch(api+f"/divisions/{b}", json={"limit": -1}); print(r.status_code, r.text)
    r = await client.patch(api+f"/divisions/{b}", json={"nope": -1}); print(r.status_code, r.text)
    r = await client.get(api+"/divisions?limit=1"); print(r.status_code, r.text)
    r = await client.get(api+"/divisions", params={"limit":1, "after": r.json()["next"]}); print(r.status_code, r.text)
    d = await make_device(account, default_division_id=a and __import__("uuid").UUID(a))
    ag = await make_agent(account, d, division_id=__import__("uuid").UUID(a))
    await open_console(account, ag)
    line = await receive(account, d, name="Budi", text="hi")
    c = line.conversation
    for n in range(3): await receive(account, d, name=f"X{n}", number=f"62855500{n}0")
    r = await client.get(api+f"/divisions/{a}/turns?limit=2"); print(r.status_code, [t["number"] for t in r.json()["items"]], r.json()["next"])
    r = await client.get(api+f"/divisions/{a}/turns", params={"limit":2,"after":r.json()["next"]}); print(r.status_code, [t["number"] for t in r.json()["items"]], r.json()["next"])
    r = await client.get(api+f"/divisions/{a}/turns", params={"after": "WzFlMzBd"}); print(r.status_code, r.text)
    r = await client.post(api+"/rules", json={"device_id": str(d.id), "name": "r", "condition": {"type":"text_contains","words":["Halo"]}, "division_id": b}); print(r.status_code, r.text); rule=r.json()["id"]
    r = await client.post(api+"/rules", json={"device_id": str(d.id), "name": "r", "condition": {"type":"text_contains","words":[]}, "division_id": b}); print(r.status_code, r.text)
    r = await client.post(api+"/rules", json={"device_id": str(d.id), "name": "r", "condition": {"type":"regex","words":[]}, "division_id": b}); print(r.status_code, r.text)
    r = await client.post(api+"/rules/try", json={"device_id": str(d.id), "text": "halo!"}); print(r.status_code, r.text)
    r = await client.get(api+"/rules?limit=1"); print(r.status_code, r.text)
    r = await client.patch(api+f"/rules/{rule}", json={"enabled": False, "condition": {"type":"always"}}); print(r.status_code, r.text)
    r = await client.post(api+"/templates", json={"name": "t", "shortcut": "hey", "text": "{time.greeting} {contact.name}, {?order} {agent.name}", "division_ids": [a]}); print(r.status_code, r.text); t=r.json()["id"]
    r = await client.post(api+"/templates", json={"name": "t", "shortcut": "HEY", "text": "x"}); print(r.status_code, r.text)
    r = await client.post(api+"/templates", json={"name": "t", "shortcut": "h y\n", "text": "x"}); print(r.status_code, r.text)
    r = await client.post(api+"/templates", json={"name": "t", "shortcut": "hy\n", "text": "x"}); print(r.status_code, r.text)
    r = await client.post(api+f"/templates/{t}/render", json={"conversation_id": str(c.id), "blanks": {}}); print(r.status_code, r.text)
    r = await client.post(api+f"/templates/{t}/render", json={"conversation_id": str(c.id), "blanks": {"order": "{agent.name}"}}); print(r.status_code, r.text)
    r = await client.patch(api+f"/templates/{t}", json={"poll": {"name":"q","choices":["a","b"]}, "text": ""}); print(r.status_code, r.text)
    r = await client.get(api+"/contacts?query=bu"); print(r.status_code, r.text)
    r = await client.get(api+"/contacts", params={"number": "0855550001"}); print(r.status_code, r.text)
    r = await client.get(api+"/contacts", params={"number": "abc"}); print(r.status_code, r.text)
    r = await client.post(api+"/contacts", json={"number": "+62 812-3456-7890", "name": "Zed"}); print(r.status_code, r.text); k = r.json()["id"]
    r = await client.post(api+"/contacts", json={"number": "081234567890", "name": "Zad"}); print(r.status_code, r.text)
    r = await client.patch(api+f"/contacts/{k}", json={"name": ""}); print(r.status_code, r.text)
    await deliver(account, d, b"{bad")
    r = await client.get(api+"/inbound"); print(r.status_code, r.text)
    r = await client.get(api+"/inbound?state=nope"); print(r.status_code, r.text)
    r = await client.delete(api+f"/divisions/{a}"); print(r.status_code, r.text)
    r = await client.delete(api+f"/divisions/{a}?reassign_to={b}"); print(r.status_code, r.text)
    r = await client.get(api+f"/divisions/{a}"); print(r.status_code, r.text)
    print([e.type for e in await account.events()])
    r = await client.patch(api+f"/agents/{ag.id}", json={}); print("PATCH {} agent", r.status_code, r.text)
    r = await client.patch(api+f"/divisions/{b}", json={"name": "a\u0000b"}); print("NUL", r.status_code, r.text)
    r = await client.get(api+"/contacts", params={"query": "\0"}); print("NUL", r.status_code, r.text)
    r = await client.get(api+"/sync"); print(r.status_code)

async def test_media(client, account, other_account):
    api = "/api/v1"
    png = b"\x89PNG\r\n\x1a\n" + b"\0"*20
    r = await client.post(api+"/media", files={"file": ("../../a\u202e.jpg.html", png)}); print(r.status_code, r.text); m=r.json()
    r = await client.get(m["url"]); print(r.status_code, r.headers, r.content == png)
    r = await client.head(m["url"]); print("HEAD", r.status_code, r.headers, r.content)
    r = await client.get(m["url"], headers={"authorization": ""}); print(r.status_code, r.text)
    parts = client.app.state.parts
    link = parts.links.outside(__import__("uuid").UUID(m["id"]), account.id); print(link)
    r = await client.get(link[len("http://127.0.0.1:8000"):], headers={"authorization": ""}); print(r.status_code)
    r = await client.get(link[len("http://127.0.0.1:8000"):-1]+"!", headers={"authorization": ""}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files={"file": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files={"file": ("tagihan é.txt", b"hello")}); print(r.status_code, r.text); m=r.json()
    r = await client.get(m["url"]); print(r.status_code, r.headers, r.content)
    r = await client.post(api+"/media", files={"file": ("a.txt", b"h"*(1024*1024))}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files={"file": ("a.txt", b"h"*(1024*1024+1))}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files={"file": ("a.txt", b"h"*(1024*1024*3))}); print(r.status_code, r.text, r.headers)
    r = await client.post(api+"/media", files={"fil": ("a.txt", b"h")}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files={"file": ("a.txt", b"h"), "other": ("b.txt", b"h")}); print(r.status_code, r.text)
    r = await client.post(api+"/media", files=[("file", ("a.txt", b"h")), ("file", ("b.txt", b"h"))]); print(r.status_code, r.text)
    r = await client.post(api+"/media", data={"file": "text"}); print(r.status_code, r.text)
    r = await client.post(api+"/media", content=b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--", headers={"content-type": "multipart/form-data; boundary=x"}); print(r.status_code, r.text)
    r = await client.post(api+"/media", content=b"", headers={"content-type": "multipart/form-data; boundary=x"}); print(r.status_code, r.text)
    r = await client.post(api+"/media", json={}); print(r.status_code, r.text)
    async def gen():
        for _ in range(40): yield b"x"*65536
    r = await client.post(api+"/media", content=gen(), headers={"content-type": "multipart/form-data; boundary=x"}); print("chunked", r.status_code, r.text)
    due = await make_file(account, state="due", path=None)
    r = await client.get(f"/media/{due}"); print(r.status_code, r.text)
    gone = await make_file(account)
    r = await client.get(f"/media/{gone}"); print(r.status_code, r.text)
    foreign = await make_file(other_account)
    r = await client.get(f"/media/{foreign}"); print(r.status_code, r.text)
    r = await client.get(f"/media/{uuid4()}?account=zz&signature=x&expires=99999999999999999999999"); print(r.status_code, r.text)
    r = await client.get("/api/v1/openapi.json"); print(r.status_code, [ (p, list(v)) for p,v in r.json()["paths"].items() if "media" in p or "/rules" in p] if r.status_code==200 else r.text[:500])
