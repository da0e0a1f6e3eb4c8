"""The second factor: enrolment, codes that work once, recovery, and who may not go without."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts import second_factor
from accounts.brake import CODE, Policy
from accounts.models import AuditLog, RecoveryCode, SecondFactor, Session, User
from accounts.refusals import MayNotRemoveSecondFactor, SecondFactorStays, SignInRefusal, WrongCode
from tests.accounts.test_brake import NOON
from tests.conftest import PASSWORD
from tests.waiting import wait_for

CODE_PAGE = "/login/code/"
STEP = timedelta(seconds=30)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def enrolled(user: User) -> tuple[pyotp.TOTP, list[str]]:
    """Give somebody a second factor; its first code is used, as it is after enrolment."""
    totp = pyotp.TOTP(second_factor.begin_enrolment(user).secret)
    codes = second_factor.confirm_enrolment(user, totp.at(NOON))
    user.refresh_from_db()
    return totp, codes


def half(user: User, client: Client, **form: str) -> Client:
    answer = client.post("/login/", {"username": user.email, "password": PASSWORD, **form})
    assert answer.url == CODE_PAGE
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


# --- Setting it up ---------------------------------------------------------------------------------


def test_it_is_set_up_with_a_picture_and_a_code(clock, signed_in, owner: User):
    page = signed_in(owner)
    assert "<svg" not in page.get("/account/second-factor/").content.decode(), "a look makes no secret"
    assert not SecondFactor.objects.exists()
    shown = page.post("/account/second-factor/begin/", follow=True).content.decode()
    secret = SecondFactor.objects.get().secret
    assert secret in shown.replace(" ", "")
    assert 'class="qr"' in shown
    assert "style=" not in shown, "the browser would not draw it"
    assert page.post("/account/second-factor/confirm/", {"code": "000000"}).context["form"].errors
    assert not second_factor.is_set(User.objects.get(pk=owner.pk))
    key = page.session.session_key
    confirmed = page.post("/account/second-factor/confirm/", {"code": pyotp.TOTP(secret).at(NOON)})
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", confirmed.content.decode())
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert page.session.session_key != key, "more may be done from here: under a new key"
    assert secret not in page.get("/account/second-factor/").content.decode()
    assert AuditLog.objects.filter(action="person.second_factor_enrolled", actor=owner).count() == 1


def test_neither_secret_nor_codes_can_be_read_in_the_database(clock, owner: User):
    totp, codes = enrolled(owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        assert totp.secret not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(digest, ' ') FROM accounts_recoverycode")
        kept = cursor.fetchone()[0]
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


# --- Signing in ------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(clock, client, owner: User):
    totp, _codes = enrolled(owner)
    half(owner, client, next="/account/password/")
    assert not is_in(client)
    assert Session.objects.get().user is None
    before = client.session.session_key
    clock.shift(STEP)
    answer = client.post(CODE_PAGE, {"code": totp.at(NOON + STEP)})
    assert answer.url == "/account/password/"
    assert is_in(client)
    assert client.session.session_key != before
    assert Session.objects.get().user == owner


def test_the_half_way_is_over_after_five_minutes(clock, client, owner: User):
    totp, _codes = enrolled(owner)
    half(owner, client)
    clock.shift(timedelta(seconds=299))
    assert client.get(CODE_PAGE).status_code == 200
    clock.shift(timedelta(seconds=2))
    assert client.post(CODE_PAGE, {"code": totp.now()}).url == "/login/"
    assert not is_in(client)


def test_the_half_way_ends_with_a_new_password_or_without_the_person(clock, client, owner: User):
    enrolled(owner)
    half(owner, client)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get(CODE_PAGE).url == "/login/"
    User.objects.filter(pk=owner.pk).update(is_active=True)
    assert client.get(CODE_PAGE).status_code == 200
    owner.set_password("another-long-password")
    owner.save()
    assert client.get(CODE_PAGE).url == "/login/"


def test_the_code_page_is_nothing_without_the_password(client, db):
    assert client.get(CODE_PAGE).url == "/login/"
    assert client.post(CODE_PAGE, {"code": "123456"}).url == "/login/"


@pytest.mark.parametrize(
    ("off", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids=lambda value: str(value)
)
def test_a_phones_clock_may_be_off_by_one_step(clock, owner: User, off: int, works: bool):
    totp, _codes = enrolled(owner)
    clock.shift(STEP * 10)
    code = totp.at(NOON + STEP * (10 + off))
    if works:
        second_factor.check_code(owner, code, address=None)
    else:
        with pytest.raises(WrongCode):
            second_factor.check_code(owner, code, address=None)


def test_a_code_works_once_and_none_before_it_works_after(clock, owner: User):
    totp, _codes = enrolled(owner)
    with pytest.raises(WrongCode):
        second_factor.check_code(owner, totp.at(NOON), address=None)  # used to set it up
    clock.shift(STEP * 5)
    newest, before = totp.at(NOON + STEP * 5), totp.at(NOON + STEP * 4)
    second_factor.check_code(owner, newest, address=None)
    for code in (newest, before):
        with pytest.raises(WrongCode):
            second_factor.check_code(owner, code, address=None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "٠١٢٣٤٥", "-" * 40, "0" * 40])
def test_what_is_no_code_is_wrong(clock, owner: User, code: str):
    enrolled(owner)
    with pytest.raises(WrongCode):
        second_factor.check_code(owner, code, address=None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["authenticator", "paper"])
def test_of_sixteen_at_once_with_one_code_one_gets_in(owner: User, monkeypatch, kind: str):
    monkeypatch.setattr(Policy, "wait", lambda *_args: 0.0)  # the row decides here, not the brake
    with time_machine.travel(NOON, tick=False) as clock:
        totp, codes = enrolled(owner)
        clock.shift(STEP)
        code = totp.at(NOON + STEP) if kind == "authenticator" else codes[0]
        outcomes: list[bool] = []
        together = threading.Barrier(16)

        def one() -> None:
            together.wait()
            try:
                second_factor.check_code(owner, code, address=None)
                outcomes.append(True)
            except SignInRefusal:
                outcomes.append(False)
            finally:
                connection.close()

        for _number in range(16):
            threading.Thread(target=one).start()
        wait_for(lambda: len(outcomes) == 16)
    assert sum(outcomes) == 1


def test_guessing_codes_is_braked_for_all_new_addresses_together(clock, owner: User):
    totp, _codes = enrolled(owner)
    statuses = []
    for number in range(CODE.free + 3):
        client = half(owner, Client(REMOTE_ADDR=f"198.51.100.{number + 1}"))
        statuses.append(client.post(CODE_PAGE, {"code": "000000"}).status_code)
    assert statuses == [200] * CODE.free + [429] * 3


# --- Recovery --------------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once_however_it_is_typed(clock, client, owner: User):
    _totp, codes = enrolled(owner)
    typed = codes[0].upper().replace("-", " ")
    half(owner, client)
    assert client.post(CODE_PAGE, {"code": typed}).status_code == 302
    assert is_in(client)
    client.post("/logout/")
    half(owner, client)
    assert client.post(CODE_PAGE, {"code": typed}).status_code == 200
    used = AuditLog.objects.get(action="person.recovery_code_used")
    assert used.particulars == {"left": 9}


def test_new_codes_end_the_old_ones_and_ask_for_the_password(clock, client, owner: User):
    totp, codes = enrolled(owner)
    client.force_login(owner)
    assert client.post("/account/second-factor/codes/", {"password": "wrong-one"}).context["form"].errors
    page = client.post("/account/second-factor/codes/", {"password": PASSWORD})
    fresh = re.findall(r"<code>([a-z2-7-]{19})</code>", page.content.decode())
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    with pytest.raises(WrongCode):
        second_factor.check_code(owner, codes[0], address=None)
    second_factor.check_code(owner, fresh[0], address=None)


# --- On another phone ------------------------------------------------------------------------------

MOVE = "/account/second-factor/move/"


def key_shown(page) -> str:
    return re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.content.decode())[1].replace(" ", "")


def test_whose_role_needs_one_moves_it_to_another_phone(clock, client, admin: User, settings):
    settings.SECOND_FACTOR_REQUIRED = ["ADMIN"]
    old, codes = enrolled(admin)
    client.force_login(admin)
    assert client.post(MOVE, {"password": "wrong-one"}).context["form"].errors
    page = client.post(MOVE, {"password": PASSWORD})
    new, sealed = pyotp.TOTP(key_shown(page)), page.context["sealed"]
    assert new.secret not in sealed
    assert client.post(MOVE, {"sealed": sealed, "code": "000000"}).context["form"].errors
    assert SecondFactor.objects.get().secret == old.secret, "the old phone counts until the new one has shown its code"
    shown = client.post(MOVE, {"sealed": sealed, "code": new.at(NOON)}).content.decode()
    assert SecondFactor.objects.get().secret == new.secret
    assert not set(codes) & set(re.findall(r"<code>([a-z2-7-]{19})</code>", shown))
    clock.shift(STEP)
    with pytest.raises(WrongCode):
        second_factor.check_code(admin, old.at(NOON + STEP), address=None)
    second_factor.check_code(admin, new.at(NOON + STEP), address=None)
    assert AuditLog.objects.get(action="person.second_factor_moved").actor == admin


def test_the_picture_of_another_phone_is_one_persons_for_ten_minutes(clock, client, owner: User, teammate: User):
    enrolled(owner)
    enrolled(teammate)
    client.force_login(owner)
    page = client.post(MOVE, {"password": PASSWORD})
    typed = {"sealed": page.context["sealed"], "code": pyotp.TOTP(key_shown(page)).at(NOON)}
    theirs = Client()
    theirs.force_login(teammate)
    assert theirs.post(MOVE, typed).url == MOVE
    clock.shift(timedelta(seconds=601))
    assert client.post(MOVE, typed).url == MOVE
    assert not AuditLog.objects.filter(action="person.second_factor_moved").exists()


def test_without_one_there_is_nothing_to_move(client, owner: User):
    client.force_login(owner)
    assert client.post(MOVE, {"password": PASSWORD}).url == "/account/second-factor/"


# --- Without it ------------------------------------------------------------------------------------


def test_removing_ones_own_asks_for_the_password(clock, client, owner: User):
    enrolled(owner)
    client.force_login(owner)
    client.get("/account/second-factor/remove/")
    client.post("/account/second-factor/remove/", {"password": "wrong-one"})
    assert SecondFactor.objects.exists()
    assert client.post("/account/second-factor/remove/", {"password": PASSWORD}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert AuditLog.objects.filter(action="person.second_factor_removed", actor=owner).exists()


def test_whose_role_needs_one_keeps_it(clock, client, admin: User, settings):
    enrolled(admin)
    settings.SECOND_FACTOR_REQUIRED = ["ADMIN"]
    client.force_login(admin)
    assert client.post("/account/second-factor/remove/", {"password": PASSWORD}).status_code == 409
    with pytest.raises(SecondFactorStays):
        second_factor.remove_second_factor(admin, by=admin)
    assert SecondFactor.objects.exists()


def test_an_administrator_helps_whose_phone_is_lost(clock, client, admin: User, supervisor: User, owner: User):
    enrolled(owner)
    client.force_login(owner)
    for by in (supervisor, User(pk=owner.pk + 999, role="ADMIN", is_active=False)):
        with pytest.raises(MayNotRemoveSecondFactor):
            second_factor.remove_second_factor(owner, by=by)
    second_factor.remove_second_factor(owner, by=admin)
    assert not SecondFactor.objects.exists()
    assert not Session.objects.filter(user=owner).exists(), "what the lost phone had open is closed"
    assert AuditLog.objects.get(action="person.second_factor_removed").actor == admin


# --- Required --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/account/", "/admin/", "/account/password/", "/inbox/all/"])
def test_who_must_set_it_up_gets_nothing_else(path: str, supervisor: User, signed_in, settings):
    settings.SECOND_FACTOR_REQUIRED = ["ADMIN", "SUPERVISOR"]
    page = signed_in(supervisor)
    assert page.get(path).url == "/account/second-factor/"
    part = page.get(path, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/account/second-factor/")


def test_who_must_can_set_it_up_and_then_everything_opens(clock, supervisor: User, signed_in, settings):
    settings.SECOND_FACTOR_REQUIRED = ["ADMIN", "SUPERVISOR"]
    page = signed_in(supervisor)
    page.post("/account/second-factor/begin/")
    page.post("/account/second-factor/confirm/", {"code": pyotp.TOTP(SecondFactor.objects.get().secret).at(NOON)})
    assert is_in(page)
    assert page.get("/admin/").status_code == 200


def test_who_must_may_also_go_away_again(supervisor: User, signed_in, settings):
    settings.SECOND_FACTOR_REQUIRED = ["SUPERVISOR"]
    assert signed_in(supervisor).post("/logout/").url == "/login/"


def test_others_are_not_asked(owner: User, signed_in, settings):
    settings.SECOND_FACTOR_REQUIRED = ["ADMIN", "SUPERVISOR"]
    assert is_in(signed_in(owner))
