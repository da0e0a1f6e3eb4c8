"""Access tokens: what is not exactly one of ours, for this, for now, of a living sign-in, opens nothing."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions import deactivate_person
from accounts.tokens import access, machine, refresh
from accounts.tokens.keys import key_for

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def b64(data: bytes | dict) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def me(header: str | None, **kwargs):
    return Client(headers={} if header is None else {"authorization": header}).get(ME, **kwargs)


class Forger:
    """Makes tokens that are right but for one thing."""

    def __init__(self, family) -> None:
        now = timezone.now()
        self.good = access.issue(family)
        self.header = {"alg": "HS256", "typ": "at+jwt"}
        self.claims = {
            "iss": "prosa",
            "aud": "prosa-api",
            "sub": str(family.user_id),
            "sid": family.id.hex,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=10)).timestamp()),
        }

    def sign(
        self, *, header: dict | None = None, key: bytes | None = None, drop: str = "", by: str = "sha256", **claims
    ) -> str:
        """Sign claims with our own key, unless told otherwise."""
        payload = {**self.claims, **claims}
        payload.pop(drop, None)
        signed = f"{b64({**self.header, **(header or {})})}.{b64(payload)}"
        key = key_for("access") if key is None else key
        return f"{signed}.{b64(hmac.digest(key, signed.encode(), by))}"

    def at(self, **shift) -> int:
        return int((timezone.now() + timedelta(**shift)).timestamp())

    def raw(self, header: dict | bytes, payload: dict | bytes, signature: bytes = b"") -> str:
        signed = f"{b64(header)}.{b64(payload)}"
        return f"{signed}.{b64(signature or hmac.digest(key_for('access'), signed.encode(), 'sha256'))}"


def rsa_public() -> bytes:
    return RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def flipped(text: str) -> str:
    return ("A" if text[0] != "A" else "B") + text[1:]


def parts(text: str) -> list[str]:
    return text.split(".")


VECTORS = {
    # Who signed it, and how.
    "alg none, no signature": lambda f: f"{b64({**f.header, 'alg': 'none'})}.{b64(f.claims)}.",
    "alg None": lambda f: f"{b64({**f.header, 'alg': 'None'})}.{b64(f.claims)}.",
    "alg nOnE, signed": lambda f: f.sign(header={"alg": "nOnE"}),
    "alg missing": lambda f: f.raw({"typ": "at+jwt"}, f.claims),
    "alg a number": lambda f: f.sign(header={"alg": 256}),
    "alg a list": lambda f: f.sign(header={"alg": ["HS256"]}),
    "alg HS512 with our key": lambda f: f.sign(header={"alg": "HS512"}, by="sha512"),
    "alg RS256 by somebody": lambda f: jwt.encode(f.claims, RSA, "RS256", headers={"typ": "at+jwt"}),
    "alg RS256 said, HS256 done": lambda f: f.sign(header={"alg": "RS256"}),
    "HS256 with a public key": lambda f: f.sign(key=rsa_public()),
    "another key": lambda f: f.sign(key=b"x" * 32),
    "empty key": lambda f: f.sign(key=b""),
    "key of refresh tokens": lambda f: f.sign(key=key_for("refresh")),
    "TOKEN_KEY itself": lambda f: f.sign(key=settings.SECRET_KEY.encode()),
    "key id that walks": lambda f: f.sign(header={"kid": "../../dev/null"}, key=b""),
    "key in its own header": lambda f: f.sign(header={"jwk": {"kty": "oct", "k": b64(b"x" * 32)}}, key=b"x" * 32),
    "key by address": lambda f: f.sign(header={"jku": "http://127.0.0.1:1/keys"}, key=b"x" * 32),
    "critical extension": lambda f: f.sign(header={"crit": ["b64"], "b64": False}),
    "no signature": lambda f: ".".join(parts(f.good)[:2]) + ".",
    "signature cut": lambda f: f.good[:-4],
    "signature changed": lambda f: ".".join([*parts(f.good)[:2], flipped(parts(f.good)[2])]),
    "payload changed": lambda f: ".".join([parts(f.good)[0], b64({**f.claims, "sub": "1"}), parts(f.good)[2]]),
    # What it is for.
    "another audience": lambda f: f.sign(aud="other"),
    "a list of audiences": lambda f: f.sign(aud=["prosa-api", "other"]),
    "no audience": lambda f: f.sign(drop="aud"),
    "another issuer": lambda f: f.sign(iss="other"),
    "no issuer": lambda f: f.sign(drop="iss"),
    "issuer null": lambda f: f.sign(iss=None),
    "typ JWT": lambda f: f.sign(header={"typ": "JWT"}),
    "typ refresh": lambda f: f.sign(header={"typ": "refresh"}),
    "typ null": lambda f: f.sign(header={"typ": None}),
    "no typ": lambda f: f.raw({"alg": "HS256"}, f.claims),
    # When.
    "expired": lambda f: f.sign(exp=f.at(seconds=-11)),
    "no expiry": lambda f: f.sign(drop="exp"),
    "expiry null": lambda f: f.sign(exp=None),
    "expiry text": lambda f: f.sign(exp="tomorrow"),
    "expiry infinite": lambda f: f.sign(exp=float("inf")),
    "expiry 1e999": lambda f: f.raw(f.header, json.dumps(f.claims).replace(str(f.claims["exp"]), "1e999").encode()),
    "not yet": lambda f: f.sign(nbf=f.at(seconds=60)),
    "no beginning": lambda f: f.sign(drop="nbf"),
    "issued tomorrow": lambda f: f.sign(iat=f.at(days=1)),
    "no time of issue": lambda f: f.sign(drop="iat"),
    # Whose.
    "no subject": lambda f: f.sign(drop="sub"),
    "subject a number": lambda f: f.sign(sub=int(f.claims["sub"])),
    "subject a word": lambda f: f.sign(sub="admin"),
    "subject beyond bigint": lambda f: f.sign(sub=str(10**30)),
    "subject somebody else": lambda f: f.sign(sub=str(int(f.claims["sub"]) + 1)),
    "no family": lambda f: f.sign(drop="sid"),
    "family unknown": lambda f: f.sign(sid=uuid.uuid4().hex),
    "family a word": lambda f: f.sign(sid="all"),
    "family a number": lambda f: f.sign(sid=7),
    "family null": lambda f: f.sign(sid=None),
    # What is no token at all.
    "empty": lambda f: "",
    "dots": lambda f: "..",
    "one part": lambda f: parts(f.good)[0],
    "four parts": lambda f: f.good + ".x",
    "five parts, encrypted": lambda f: f.good + ".x.y",
    "header no JSON": lambda f: "x" + f.good,
    "payload no JSON": lambda f: f.raw(f.header, b"not json"),
    "payload a list": lambda f: f.raw(f.header, b"[]"),
    "payload very deep": lambda f: f.raw(f.header, b"[" * 900 + b"]" * 900),
    "NUL inside": lambda f: f.good[:20] + "\0" + f.good[20:],
    "NUL at the end": lambda f: f.good + "\0",
    "line feed at the end": lambda f: f.good + "\n",
    "not Latin": lambda f: f.good[:-1] + "\xe9",
    "huge": lambda f: f.good + "A" * 100_000,
    "huge and one of ours by its start": lambda f: "prosa_" + "a" * 5_000,
    "two tokens": lambda f: f"{f.good}, Bearer {f.good}",
    "in quotes": lambda f: f'"{f.good}"',
    "Token before it": lambda f: f"Token {f.good}",
}


@pytest.fixture
def forger(owner) -> Forger:
    return Forger(refresh.begin(owner).family)


def test_it_works(forger):
    assert me(f"Bearer {forger.good}").status_code == 200
    assert me(f"Bearer {forger.sign()}").status_code == 200


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_it_is_refused(forger, vector, admin):
    answer = me(f"Bearer {vector(forger)}")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    # One answer for all: nothing to learn from.
    assert answer.json()["type"] == "urn:prosa:problem:invalid-token"
    assert admin.email not in answer.text


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_scheme_has_no_capitals_to_get_right(forger, scheme):
    assert me(f"{scheme} {forger.good}").status_code == 200


@pytest.mark.parametrize(
    "header", ["{}", "Bearer{}", "Bearer  {}", " Bearer {}", "Token {}", "Basic {}", "Bearer\t{}", "{} Bearer"]
)
def test_other_ways_to_write_it_are_refused(forger, header):
    assert me(header.format(forger.good)).status_code == 401


def test_without_a_token_nobody_is_signed_in():
    answer = me(None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("where", ["token", "access_token", "access", "authorization"])
def test_a_token_in_the_address_opens_nothing(forger, where):
    assert me(None, query_params={where: forger.good}).status_code == 401


def test_the_session_cookie_opens_nothing(signed_in, owner):
    assert signed_in(owner).get(ME).status_code == 401


def test_a_refresh_token_is_no_access_token(owner):
    assert me(f"Bearer {refresh.begin(owner).refresh}").status_code == 401


def test_an_access_token_is_no_refresh_token(forger, api):
    answer = Client().post("/api/v1/auth/refresh", {"refresh": forger.good}, content_type="application/json")
    assert answer.status_code in (400, 401)


def test_one_persons_sign_in_does_not_carry_another(forger, teammate):
    assert me(f"Bearer {forger.sign(sid=refresh.begin(teammate).family.id.hex)}").status_code == 401


def test_it_lasts_ten_minutes_and_the_difference_of_clocks(owner):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = f"Bearer {refresh.begin(owner).access}"
        clock.shift(10 * 60 + 9)
        assert me(token).status_code == 200
        clock.shift(2)
        assert me(token).status_code == 401


def test_one_from_a_clock_nine_seconds_ahead_is_good(forger):
    assert me(f"Bearer {forger.sign(nbf=forger.at(seconds=9), iat=forger.at(seconds=9))}").status_code == 200


def test_it_ends_with_its_family(owner):
    pair = refresh.begin(owner)
    pair.family.end()
    assert me(f"Bearer {pair.access}").status_code == 401


def test_it_ends_when_the_family_expires(owner, settings):
    settings.TOKEN_FAMILY_DAYS = 1 / 24 / 60
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = f"Bearer {refresh.begin(owner).access}"
        assert me(token).status_code == 200
        clock.shift(60)
        assert me(token).status_code == 401


def test_it_ends_with_the_persons_work_here(owner, admin):
    token = f"Bearer {refresh.begin(owner).access}"
    deactivate_person(owner, by=admin)
    assert me(token).status_code == 401


def test_an_inactive_person_is_shut_out_even_if_the_family_lives(owner):
    token = f"Bearer {refresh.begin(owner).access}"
    owner.is_active = False
    owner.save()
    assert me(token).status_code == 401


def test_rights_are_read_at_each_request(api, owner, stranger, other_team):
    client = api(owner)
    assert client.get(f"/api/v1/users/{stranger.pk}").status_code == 404
    other_team.members.create(user=owner)
    assert client.get(f"/api/v1/users/{stranger.pk}").status_code == 200


def test_whoever_lacks_the_second_factor_gets_nothing(supervisor, settings):
    token = refresh.begin(supervisor).access
    _, text = machine.create_token(name="CRM", scopes=["users:read"], expires_at=None, by=supervisor)
    settings.SECOND_FACTOR_REQUIRED = ["SUPERVISOR"]
    for credentials in (token, text):
        answer = me(f"Bearer {credentials}")
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:prosa:problem:second-factor-required"


def test_a_request_costs_one_query_for_its_person_and_one_for_its_pace(api, owner, django_assert_num_queries):
    client = api(owner)
    # The person, the pace, and the page itself.
    with django_assert_num_queries(3):
        client.get("/api/v1/users")


def test_keys_of_different_purposes_differ():
    assert len({key_for("access"), key_for("refresh"), hashlib.sha256(b"").digest()}) == 3


def test_there_are_enough_vectors():
    assert len(VECTORS) >= 40
