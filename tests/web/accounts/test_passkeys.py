"""Passkeys, with a device in Python that signs as a real one does (WebAuthn Level 2, "none" attestation)."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient

from matcher.people import AccountRole
from tests.web.browser import visit
from tests.web.signing_in import mails, make_account, signed_in, the
from web.assets import Site
from web.config import Settings

ADDRESS = "camille@example.org"
ORIGIN = "http://localhost"


def text(content: bytes) -> str:
    """Bytes as the pages send them."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def content(sent: str) -> bytes:
    """The other way round."""
    return urlsafe_b64decode(sent + "=" * (-len(sent) % 4))


@dataclass
class Device:
    """One key, and how often it has signed. ``verifies`` is whether it asked for a finger, a face or a code."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    verifies: bool = True
    origin: str = ORIGIN

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new credential."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + cbor2.dumps(public)
        data = self._data(0x40, attested)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {"attestationObject": text(attestation), "clientDataJSON": text(self._told("create", options))}
        return self._credential({**told, "transports": ["internal"]})

    def signed(self, options: dict[str, Any]) -> dict[str, Any]:
        """A signature to sign in with."""
        self.count += 1
        data, told = self._data(0, b""), self._told("get", options)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"authenticatorData": text(data), "clientDataJSON": text(told), "signature": text(signature)}
        return self._credential({**response, "userHandle": None})

    def _data(self, flags: int, more: bytes) -> bytes:
        flags |= 0x05 if self.verifies else 0x01
        return hashlib.sha256(b"localhost").digest() + bytes([flags]) + self.count.to_bytes(4) + more

    def _told(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": False}).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = text(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def token(client: FlaskClient) -> dict[str, str]:
    """The header that the script of the page sends."""
    page = visit(client, "/connexion") if client.get("/compte").status_code != 200 else visit(client, "/compte")
    return {"X-CSRFToken": next(form for form in page.forms if form.all("csrf_token"))["csrf_token"]}


def add(client: FlaskClient, device: Device) -> int:
    """Add a passkey; answers the status."""
    header = token(client)
    options = client.post("/compte/cles/options", headers=header, json={})
    assert options.status_code == 200
    made = device.made(options.get_json())
    answer = client.post("/compte/cles?nom=Mon+téléphone", headers=header, json=made)
    answer.close()
    return answer.status_code


def enter(client: FlaskClient, device: Device) -> int:
    """Sign in; answers the status."""
    header = token(client)
    options = client.post("/connexion/cle/options", headers=header, json={}).get_json()
    return client.post("/connexion/cle", headers=header, json=device.signed(options)).status_code


@pytest.fixture
def device(app: Site) -> Device:
    """The device of an account."""
    made = Device()
    make_account(app, ADDRESS)
    assert add(signed_in(app, ADDRESS), made) == 200
    return made


def test_a_passkey_is_added_named_told_and_removed(app: Site, device: Device, settings: Settings) -> None:
    """Its owner is told by mail; the same device is not kept twice; its name is text."""
    client = signed_in(app, ADDRESS)
    assert "Mon téléphone" in visit(client, "/compte/securite").text
    assert mails(settings.var_dir)[-1]["To"] == ADDRESS
    assert add(client, device) == 422
    with app.app_context():
        [row] = the(ADDRESS).passkeys
    visit(client, "/compte/securite").form("/retirer").send(client)
    with app.app_context():
        assert the(ADDRESS).passkeys == []
    assert enter(app.test_client(), device) == 422
    assert row.name == "Mon téléphone"


def test_a_passkey_lets_in(app: Site, device: Device) -> None:
    """Without a password, and as often as one likes."""
    for _ in range(2):
        client = app.test_client()
        assert enter(client, device) == 200
        assert client.get("/compte").status_code == 200


def test_a_passkey_is_both_steps(app: Site) -> None:
    """The device has asked for a finger, a face or a code: an animator types no code beside it."""
    make_account(app, ADDRESS, AccountRole.ANIMATOR)
    device = Device()
    assert add(signed_in(app, ADDRESS), device) == 200
    client = app.test_client()
    assert enter(client, device) == 200
    assert client.get("/compte").status_code == 200


@pytest.mark.parametrize(
    "changed", [{"verifies": False}, {"origin": "https://evil.example"}, {"credential": b"x" * 32}]
)
def test_a_device_that_is_not_right_stays_out(app: Site, device: Device, changed: dict[str, Any]) -> None:
    """Nobody at the device, a page of another site, a credential that nobody knows."""
    for name, value in changed.items():
        setattr(device, name, value)
    client = app.test_client()
    assert enter(client, device) == 422
    assert client.get("/compte").status_code == 303


def test_another_key_and_a_copied_one_stay_out(app: Site, device: Device) -> None:
    """The signature is checked; a counter that went back tells of a copy."""
    other = Device(credential=device.credential)
    assert enter(app.test_client(), other) == 422
    assert enter(app.test_client(), device) == 200
    device.count = 0
    assert enter(app.test_client(), device) == 422


def test_a_signature_is_good_once_and_for_its_own_question(app: Site, device: Device) -> None:
    """Sent again, or for the question of another page, it opens nothing."""
    client = app.test_client()
    header = token(client)
    options = client.post("/connexion/cle/options", headers=header, json={}).get_json()
    signed = device.signed(options)
    stranger = app.test_client()
    stranger.post("/connexion/cle/options", headers=token(stranger), json={})
    assert stranger.post("/connexion/cle", headers=token(stranger), json=signed).status_code == 422
    assert client.post("/connexion/cle", headers=header, json=signed).status_code == 200
    again = app.test_client()
    assert again.post("/connexion/cle", headers=token(again), json=signed).status_code == 422


@pytest.mark.parametrize("sent", [{}, [], {"id": 3}, {"id": "%%"}, {"id": "YQ", "response": "x"}, "x"])
def test_what_is_no_signature_is_refused(app: Site, sent: object) -> None:
    """422 and a sentence, whatever arrives."""
    client = app.test_client()
    header = token(client)
    client.post("/connexion/cle/options", headers=header, json={})
    assert client.post("/connexion/cle", headers=header, json=sent).status_code == 422


def test_a_passkey_is_added_by_its_owner_alone(app: Site, device: Device) -> None:
    """The number of another's passkey is not found."""
    with app.app_context():
        number = the(ADDRESS).passkeys[0].id
    make_account(app, "other@example.org")
    client = signed_in(app, "other@example.org")
    csrf = token(client)["X-CSRFToken"]
    client.post(f"/compte/cles/{number}/retirer", data={"csrf_token": csrf})
    assert enter(app.test_client(), device) == 200
