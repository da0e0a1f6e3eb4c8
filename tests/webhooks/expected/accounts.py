"""Numbers, accounts, flows, payments, and customers' choices (Meta: sections 5.2 to 5.5)."""

from __future__ import annotations

from collections.abc import Sequence

from tests.webhooks.expected.entry import CAIO, LIVIA, Expect, Table


def number(columns: str, alert: str, *, says: Sequence[str] = ()) -> Expect:
    """Something about our number, named by its digits or its id."""
    rows = [f"number {columns}"] if columns else []
    return Expect({"number_news": 1}, [*rows, f"alert {alert}"], alert=says)


def account(columns: str, *alerts: str, says: Sequence[str] = ()) -> Expect:
    """Something about the account as a whole."""
    rows = [f"account {columns}"] if columns else []
    return Expect({"account_news": len(alerts)}, [*rows, *(f"alert {alert}" for alert in alerts)], alert=says)


NUMBERS: Table = {
    "phone_number_quality_update": number(
        "limit=TIER_UNLIMITED, throughput=HIGH", "INFO number.faster of the number", says=["faster"]
    ),
    "phone_number_quality_update_onboarding": number(
        "limit=TIER_250", "INFO number.connected of the number", says=["250 people a day"]
    ),
    "phone_number_name_update_approved": number(
        "name_status=APPROVED, verified_name=Clínica Exemplo",
        "INFO number.name_approved of the number",
        says=["Clínica Exemplo"],
    ),
    "phone_number_name_update_rejected": number(
        # The name in use stays.
        "name_status=DECLINED",
        "WARNING number.name_rejected of the number",
        says=["Melhor Clínica!!!"],
    ),
    "business_username_update": number(
        "username=clinicaexemplo, username_status=approved",
        "INFO number.username of the number",
        says=["clinicaexemplo", "approved"],
    ),
    "security_pin_changed": number("", "WARNING number.pin of the number", says=["the PIN was changed"]),
    "security_pin_reset_request": number("", "WARNING number.pin of the number", says=["reset the PIN"]),
    "account_settings_update": number("calling=ENABLED", "INFO number.calling of the number", says=["enabled"]),
}

ACCOUNTS: Table = {
    "account_update_violation": account("", "WARNING account.violation of the account", says=["SCAM"]),
    "account_update_restriction": account(
        "",
        "CRITICAL account.restricted of the account: RESTRICTED_BIZ_INITIATED_MESSAGING, ends @1793880000",
        "CRITICAL account.restricted of the account: RESTRICTED_ADD_PHONE_NUMBER_ACTION, ends @1793880000",
        says=["conversations cannot be started by us", "numbers cannot be added"],
    ),
    "account_update_disabled": account(
        "status=DISABLED", "CRITICAL account.disabled of the account", says=["November 3, 2026"]
    ),
    "account_update_scheduled_for_disable": account(
        "status=SCHEDULED", "CRITICAL account.to_be_disabled of the account", says=["November 10, 2026"]
    ),
    "account_update_reinstated": account("status=ACTIVE", "INFO account.reinstated of the account"),
    "account_update_deleted": account("status=DELETED", "CRITICAL account.deleted of the account"),
    # entry.id is the portfolio; the account stands inside.
    "account_update_partner_added": account("", "INFO account.partner_added of the account"),
    "account_update_partner_removed": account("", "CRITICAL account.partner_removed of the account"),
    "account_update_partner_removed_coexistence": account(
        "", "CRITICAL account.partner_removed of the account", says=["The phone was not used for too long."]
    ),
    "account_update_partner_app_installed": account("", "INFO account.app_installed of the account"),
    "account_update_partner_app_uninstalled": account("", "WARNING account.app_removed of the account"),
    "account_update_offboarded": account("status=OFFBOARDED", "CRITICAL account.offboarded of the account"),
    "account_update_reconnected": account("status=ACTIVE", "INFO account.reconnected of the account"),
    "account_update_volume_tier": account(
        "", "INFO account.pricing_tier of the account", says=["25000:50000", "2026-11", "utility"]
    ),
    "account_update_business_location": account("", "INFO account.country of the account", says=["BR"]),
    "account_update_auth_international": account("", "INFO account.international_rates of the account"),
    "account_update_mm_lite_terms_signed": account("", "INFO account.marketing_terms of the account"),
    "account_update_ad_account_linked": account("", "INFO account.ads_linked of the account"),
    "account_update_partner_verification": account("", "INFO account.certification of the account", says=["approved"]),
    "account_alerts": account(
        "",
        "WARNING meta.alert of the account: INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        says=["Limite ainda não pode subir."],
    ),
    "account_review_update": account("review=APPROVED", "INFO account.review_approved of the account"),
    # The documented form and the one of Meta's example say the same.
    "business_capability_update_tier": account(
        "limit=TIER_2K", "INFO account.limit of the account", says=["2,000 people a day"]
    ),
    "business_capability_update_integer": account(
        "limit=TIER_2K", "INFO account.limit of the account", says=["2,000 people a day"]
    ),
    "flows_status_change": account("", "INFO flow.status of the account: 662739091060001", says=["published"]),
    "flows_client_error_rate": account(
        "",
        "WARNING flow.failing of the account: 662739091060001 CLIENT_ERROR_RATE",
        says=["Taxa de erro do cliente acima de 10%"],
    ),
    "flows_endpoint_error_rate": account(
        "", "WARNING flow.failing of the account: 662739091060001 ENDPOINT_ERROR_RATE", says=["Taxa de erro"]
    ),
    "flows_endpoint_latency": account(
        "", "WARNING flow.failing of the account: 662739091060001 ENDPOINT_LATENCY", says=["Latência p90 alta"]
    ),
    # DEACTIVATED: it is over.
    "flows_endpoint_availability": account(
        "", "INFO flow.recovered of the account: 662739091060001 ENDPOINT_AVAILABILITY", says=["works again"]
    ),
    "flows_version_expiry_warning": account(
        "", "WARNING flow.expiring of the account: 662739091060001", says=["A versão congela em 21 dias."]
    ),
    "payment_configuration_update": account(
        "",
        "INFO payment.configuration of the account: pix-producao",
        says=["pix-producao", "gateway-exemplo", "Needs Testing"],
    ),
}

CUSTOMERS: Table = {
    "user_preferences_stop": Expect(
        {"marketing choices": 1},
        [
            "contact Ana Beatriz: BSUID BR.4820193746501928375, PHONE 5511987650001,"
            " refused marketing @1793626646, chose @1793626646"
        ],
    ),
    "user_preferences_resume": Expect({"marketing choices": 1}, [f"{LIVIA.row}, chose @1793626683"]),
    "user_preferences_signup": Expect({"marketing choices": 1}, [f"{CAIO.row}, chose @1793626720"]),
    "smb_app_state_sync": Expect(
        {"address book": 2},
        [
            "contact Ana Beatriz Lima: BSUID BR.4820193746501928375, PHONE 5511987650001",
            # A removal of somebody unknown: it is remembered, as an older entry may still come.
            "contact +5511976540099: PHONE 5511976540099",
        ],
    ),
}
