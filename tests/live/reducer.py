"""The picture of a console: a snapshot of GET /api/v1/sync, and what events make of it. Pure.

The console does the same: whole objects replace those with the same id; what is deleted, resolved
or removed leaves. Covered are agents (without their presence, which is never part of a numbered
event), templates (without their uses, for the same reason), devices, divisions, rules, labels,
fields, conversations and, for supervisors, rotators (without their picks), autoreplies and
`counts`: the counts follow from the conversations, as long as all of them are loaded
(`is_complete`); a console that holds the first page only asks for the counts again. Not
covered: `me`, changed with 4003, and webhooks and broadcasts, which a page asks for itself.

A conversation's `device.number` is always the one of the device itself: somebody who changes it
does not wait for what is being done in all the device's conversations, so an event of these may
still carry the number of a moment before.
"""

from collections import Counter
from typing import Any

Frame = dict[str, Any]
Things = dict[str, dict[str, Any]]

KEPT = {
    "agent.changed": ("agent", "agents"),
    "autoreply.changed": ("autoreply", "autoreplies"),
    "device.changed": ("device", "devices"),
    "device.connected": ("device", "devices"),
    "device.disconnected": ("device", "devices"),
    "division.changed": ("division", "divisions"),
    "field.changed": ("field", "fields"),
    "label.changed": ("label", "labels"),
    "rotator.changed": ("rotator", "rotators"),
    "rule.changed": ("rule", "rules"),
    "template.changed": ("template", "templates"),
}
PARTS = (
    "agents", "devices", "divisions", "fields", "labels", "rotators", "rules", "templates",
    "autoreplies", "conversations",
)  # fmt: skip


class Picture:
    """What somebody sees at one moment, everything by id."""

    def __init__(self, snapshot: Frame) -> None:
        self.has_counts = bool(snapshot["me"]["role"] != "agent" and snapshot["is_complete"])
        self.parts: dict[str, Things] = {
            part: {thing["id"]: _lasting(thing) for thing in snapshot[part]} for part in PARTS
        }
        self.counts: dict[str, int] = snapshot["counts"]

    def apply(self, frame: Frame) -> None:
        """Take one event into the picture."""
        kind = frame["type"]
        if kind in KEPT:
            self._keep(*KEPT[kind], frame)
        elif kind == "contact.updated":
            self._rename(frame["contact"])
        elif kind.startswith(("conversation.", "message.", "note.")):
            self._place(frame)
        elif kind != "webhook.changed" and not kind.startswith("broadcast."):
            raise ValueError(f"an event that nobody knows: {kind}")
        if self.has_counts:
            self.counts = dict(Counter(c["status"] for c in self.parts["conversations"].values()))

    def _keep(self, name: str, part: str, frame: Frame) -> None:
        thing = frame[name]
        if thing["is_deleted"]:
            self.parts[part].pop(thing["id"], None)
        else:
            self.parts[part][thing["id"]] = thing
        if name == "device":
            self._renumber(thing)
        if name == "label" and thing["is_deleted"]:
            self._take_off(thing["id"])

    def _rename(self, contact: Frame) -> None:
        """What its conversations show; each keeps the number that it is held with."""
        for conversation in self.parts["conversations"].values():
            if conversation["contact"]["id"] == contact["id"]:
                named = {name: contact[name] for name in ("name", "labels", "is_blocked")}
                conversation["contact"] = conversation["contact"] | named

    def _take_off(self, label_id: str) -> None:
        """A removed label is on nothing any more."""
        for conversation in self.parts["conversations"].values():
            contact = conversation["contact"]
            conversation["contact"] = contact | {"labels": _without(contact["labels"], label_id)}
            conversation["labels"] = _without(conversation["labels"], label_id)

    def _renumber(self, device: Frame) -> None:
        for conversation in self.parts["conversations"].values():
            if conversation["device"]["id"] == device["id"]:
                conversation["device"] = conversation["device"] | {"number": device["number"]}

    def _place(self, frame: Frame) -> None:
        conversations = self.parts["conversations"]
        if frame.get("is_removed"):
            conversations.pop(frame["conversation_id"], None)
            return
        conversation = frame["conversation"]
        if conversation is None:
            return
        if conversation["status"] == "resolved":
            conversations.pop(conversation["id"], None)
        else:
            conversations[conversation["id"]] = dict(conversation)
            for device in self.parts["devices"].values():
                self._renumber(device)

    def differences(self, other: "Picture") -> list[str]:
        """Say where this picture and another one differ."""
        found = []
        for part in PARTS:
            mine, others = self.parts[part], other.parts[part]
            found += [
                f"{part} {id_}: {_where(mine.get(id_), others.get(id_))}"
                for id_ in sorted(mine.keys() | others.keys())
                if mine.get(id_) != others.get(id_)
            ]
        if self.has_counts and self.counts != other.counts:
            found.append(f"counts: {self.counts} != {other.counts}")
        return found


UNNUMBERED = ("presence", "presence_by", "away_reason", "uses", "last_used_at")


def _where(one: Frame | None, other: Frame | None) -> str:
    if one is None or other is None:
        return f"{'kept' if one else 'missing'}: {one or other}"
    return ", ".join(f"{n}: {one[n]!r} != {other[n]!r}" for n in one if one[n] != other[n])


def _without(labels: list[str], label_id: str) -> list[str]:
    return [each for each in labels if each != label_id]


def _lasting(thing: Frame) -> Frame:
    return {name: value for name, value in thing.items() if name not in UNNUMBERED}
