"""What the trail's words mean to people: each action that the program records, and what is said beside it."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

ACTIONS: dict[str, Promise | str] = {
    "person.signed_in": _("Signed in"),
    "person.sign_in_failed": _("Failed to sign in"),
    "person.signed_out": _("Signed out"),
    "person.second_factor_enrolled": _("Set up the second factor"),
    "person.second_factor_moved": _("Moved the second factor to another phone"),
    "person.second_factor_removed": _("Removed the second factor"),
    "person.recovery_code_used": _("Signed in with a recovery code"),
    "person.recovery_codes_replaced": _("Made new recovery codes"),
    "person.password_changed": _("Changed the password"),
    "person.password_mail_sent": _("Was sent a mail to choose a new password"),
    "session.ended": _("Ended a session"),
    "token.created": _("Created an API token"),
    "token.revoked": _("Revoked an API token"),
    "refresh.reused": _("A used refresh token came again: the sign-in was ended"),
    "user.created": _("Created a person"),
    "user.changed": _("Changed a person"),
    "user.role_changed": _("Changed a role"),
    "user.activated": _("Activated a person"),
    "user.deactivated": _("Deactivated a person"),
    "team.created": _("Created a team"),
    "team.changed": _("Changed a team"),
    "team.deleted": _("Deleted a team"),
    "member.added": _("Added a team member"),
    "member.changed": _("Changed a team member"),
    "member.removed": _("Removed a team member"),
    "number.created": _("Created a number"),
    "number.changed": _("Changed a number"),
    "number.paused": _("Paused a number"),
    "number.resumed": _("Resumed a number"),
    "number.moved": _("Moved a number to another account"),
    "number.deleted": _("Deleted a number"),
    "number.blocked": _("A number was stopped by Meta"),
    "number.unanswered": _("A number was stopped: WhatsApp did not answer"),
    "number.checked": _("Checked a number with WhatsApp"),
    "number.tested": _("Sent a test message"),
    "number.registered": _("Registered a number with WhatsApp"),
    "number.verified": _("Verified a number"),
    "number.code_requested": _("Requested a verification code"),
    "number.callback_set": _("Set a number's webhook address"),
    "account.created": _("Created a WhatsApp account"),
    "account.changed": _("Changed a WhatsApp account"),
    "account.paused": _("Paused a WhatsApp account"),
    "account.resumed": _("Resumed a WhatsApp account"),
    "account.deleted": _("Deleted a WhatsApp account"),
    "account.read": _("Read an account's numbers from WhatsApp"),
    "account.subscribed": _("Subscribed to an account's webhooks"),
    "account.blocked": _("An account was stopped: Graph refused its token"),
    "template.synced": _("Read an account's templates from WhatsApp"),
    "template.created": _("Created a template"),
    "template.changed": _("Changed a template"),
    "template.deleted": _("Deleted a template"),
    "alert.acknowledged": _("Acknowledged an alert"),
    "contact.created": _("Created a contact"),
    "contact.merged": _("Merged two contacts"),
    "contact.unmerged": _("Undid a merge of contacts"),
    "contact.number_changed": _("A contact's phone changed"),
    "contact.marketing_stopped": _("A contact refused marketing messages"),
    "contact.marketing_resumed": _("A contact accepts marketing messages again"),
    "conversation.assigned": _("Assigned a conversation"),
    "conversation.released": _("Left a conversation without an assignee"),
    "conversation.transferred": _("Transferred a conversation"),
    "conversation.closed": _("Closed a conversation"),
    "conversation.reopened": _("Reopened a conversation"),
    "conversation.read": _("Read a conversation of others"),
    "message.confirmed": _("Marked a message as sent"),
    "message.resent": _("Sent a message again"),
    "attachment.retried": _("Tried a file again"),
    "webhook.read": _("Opened a delivery"),
    "campaign.created": _("Created a campaign"),
    "campaign.changed": _("Changed a campaign"),
    "campaign.discarded": _("Discarded a campaign's draft"),
    "campaign.scheduled": _("Scheduled a campaign"),
    "campaign.unscheduled": _("Cancelled a campaign's schedule"),
    "campaign.started": _("Started a campaign"),
    "campaign.paused": _("Paused a campaign"),
    "campaign.resumed": _("Resumed a campaign"),
    "campaign.stopped": _("Stopped a campaign"),
    "campaign.exported": _("Exported a campaign's recipients"),
    "webhook.replayed": _("Replayed deliveries"),
    "audit.exported": _("Exported the audit trail"),
    "keys.rotated": _("Sealed the stored secrets with a new key"),
}

PARTICULARS: dict[str, Promise | str] = {
    "account": _("Account"),
    "after": _("After"),
    "before": _("Before"),
    "callback": _("Webhook address"),
    "conversation": _("Conversation"),
    "count": _("Count"),
    "days": _("Days"),
    "deliveries": _("Deliveries"),
    "door": _("Way in"),
    "expires": _("Expires"),
    "family": _("Sign-in"),
    "fields": _("Fields"),
    "filter": _("Filter"),
    "from_account": _("From account"),
    "from_phone_number_id": _("Id of the number before"),
    "from_team": _("From team"),
    "from_user": _("From person"),
    "into": _("Into"),
    "key": _("Key"),
    "kind": _("Kind"),
    "lead": _("Runs the team"),
    "left": _("Left"),
    "members": _("Members"),
    "merge": _("Merge"),
    "merged": _("Merged contact"),
    "message": _("Message"),
    "method": _("Method"),
    "number": _("Number"),
    "others": _("Others"),
    "owner": _("Owner"),
    "phone_number_id": _("Id of the number"),
    "reason": _("Reason"),
    "role": _("Role"),
    "scopes": _("Scopes"),
    "sealed": _("Sealed"),
    "session": _("Session"),
    "starts": _("Starts"),
    "step": _("Step"),
    "team": _("Team"),
    "teams": _("Teams"),
    "template": _("Template"),
    "to_team": _("To team"),
    "to_user": _("To person"),
    "transfer": _("Transfer"),
    "unopened": _("That do not open"),
    "user": _("Person"),
    "waba_id": _("Id of the account (WABA)"),
    "year": _("Year"),
}
# The particulars that are ids, and of what.
POINTERS = {
    "account": "wabaaccount",
    "from_account": "wabaaccount",
    "members": "user",
    "conversation": "conversation",
    "from_team": "team",
    "from_user": "user",
    "into": "conversation",
    "merged": "contact",
    "message": "message",
    "number": "phonenumber",
    "owner": "user",
    "team": "team",
    "teams": "team",
    "to_team": "team",
    "to_user": "user",
    "user": "user",
}
# What stands for one of a few values.
VALUES: dict[str, dict[str, Promise | str]] = {
    "door": {"page": _("page"), "api": "API"},
    "step": {"password": _("password"), "code": _("code of the second factor")},
    "method": {"SMS": "SMS", "VOICE": _("call")},
    "role": dict(Role.choices),
    "before": dict(Role.choices),
    "after": dict(Role.choices),
}
NOUNS: dict[str, Promise | str] = {
    "person": _("Signing in"),
    "session": _("Signing in"),
    "token": _("API tokens"),
    "refresh": _("API tokens"),
    "user": _("People"),
    "team": _("Teams"),
    "member": _("Teams"),
    "number": _("Numbers"),
    "account": _("WhatsApp accounts"),
    "template": _("Templates"),
    "alert": _("Alerts"),
    "contact": _("Contacts"),
    "conversation": _("Conversations"),
    "message": _("Conversations"),
    "attachment": _("Conversations"),
    "campaign": _("Campaigns"),
    "webhook": _("Webhook deliveries"),
    "audit": _("Audit and keys"),
    "keys": _("Audit and keys"),
}


def action(name: str) -> str:
    """Say what an action is; one that is no longer recorded says its own name."""
    return str(ACTIONS.get(name, name))


def grouped_actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the actions as the groups of a choice, in the order above."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in ACTIONS:
        groups.setdefault(str(NOUNS[name.partition(".")[0]]), []).append((name, action(name)))
    return list(groups.items())


def thing(entity_type: str) -> str:
    """Say what kind of thing an entry is about."""
    if entity_type == "auditlog":
        return str(_("Audit trail"))
    found = model(entity_type)
    return capfirst(str(found._meta.verbose_name if found else entity_type))


@cache
def model(entity_type: str) -> type[Model] | None:
    """Return the model that entries call so; None where there is none any more."""
    return next((model for model in apps.get_models() if model._meta.model_name == entity_type), None)
