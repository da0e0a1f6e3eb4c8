"""People who write to the company, and what identifies them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Contact(models.Model):
    """A customer. The phone is optional; identities are rows of their own.

    A contact that was merged into another keeps its row, so that the merge can be undone, and nothing else.
    """

    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("Given by us; wins over the profile."))
    profile_name = models.TextField(_("profile name"), blank=True)
    # Meta's time of the newest profile name, so that old deliveries do not bring an old name back.
    profile_name_at = models.DateTimeField(null=True, editable=False)
    # What the number's own address book calls them (coexistence), with Meta's time of the newest entry.
    book_name = models.TextField(_("name in the phone's address book"), blank=True, default="", db_default="")
    book_name_at = models.DateTimeField(null=True, editable=False)
    marketing_refused_at = models.DateTimeField(_("refused marketing at"), null=True, blank=True)
    # Meta's time of the newest choice, either way, so that an old one does not come back.
    marketing_choice_at = models.DateTimeField(null=True, editable=False)
    legal_hold = models.BooleanField(_("legal hold"), default=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        editable=False,
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="not_merged_into_itself"),
        ]
        indexes = [
            # Serves the sweep for what a race left at merged contacts, and the deletion of a contact.
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="merged_contacts"),
            # Serves the search for a part of a name, as `icontains` asks for it.
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("book_name"), name="gin_trgm_ops"),
                OpClass(Upper("profile_name"), name="gin_trgm_ops"),
                name="contact_names",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """Name, address book, profile name, phone, @username, or the end of the BSUID (Meta: BSUID, section 3.6)."""
        return self.name or self.book_name or self.profile_name or self._identity_label() or str(_("No name"))

    @property
    def phone(self) -> str:
        """The current phone in +E.164, or the empty string while Meta withholds it."""
        return f"+{value}" if (value := self._latest(ContactIdentity.Kind.PHONE)) else ""

    @property
    def username(self) -> str:
        return self._latest(ContactIdentity.Kind.USERNAME)

    @property
    def bsuid(self) -> str:
        return self._latest(ContactIdentity.Kind.BSUID)

    @property
    def refuses_marketing(self) -> bool:
        return self.marketing_refused_at is not None

    def _identity_label(self) -> str:
        return self.phone or (self.username and f"@{self.username}") or (self.bsuid and f"…{self.bsuid[-6:]}")

    def _latest(self, kind: str) -> str:
        """The current identity of a kind seen last; reads the prefetched ones where there are any."""
        current = [i for i in self.identities.all() if i.kind == kind and i.is_current]
        return max(current, key=lambda i: i.seen_at).value if current else ""


class ContactIdentity(models.Model):
    """One way to tell who a contact is, with the spelling that Meta uses."""

    class Kind(models.TextChoices):
        PHONE = "PHONE", _("Phone")
        BSUID = "BSUID", _("BSUID")
        USERNAME = "USERNAME", _("Username")

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="identities", db_index=False, verbose_name=_("contact")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("value"), max_length=160)
    # PHONE: digits with the Brazilian ninth digit put in; BSUID: portfolio and value; USERNAME: lower case.
    key = models.CharField(max_length=200, editable=False)
    is_current = models.BooleanField(_("current"), default=True)
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            # Serves the look-up of a sender by BSUID: one contact per BSUID and portfolio.
            models.UniqueConstraint(fields=["key"], condition=models.Q(kind="BSUID"), name="bsuid_once"),
            # Serves the look-up of a sender by phone: a phone belongs to one person at a time.
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(kind="PHONE", is_current=True), name="current_phone_once"
            ),
            # Serves re-sightings, and the identities of one contact; a username is never unique between contacts.
            models.UniqueConstraint(fields=["contact", "kind", "key"], name="identity_once_per_contact"),
        ]
        indexes = [
            # Serves the search by username.
            models.Index(fields=["key"], condition=models.Q(kind="USERNAME"), name="username_search"),
            # Serves "who had this phone before", asked for everybody who is new.
            models.Index(fields=["key"], condition=models.Q(kind="PHONE", is_current=False), name="former_phones"),
        ]

    def __str__(self) -> str:
        return self.value


class ContactMerge(models.Model):
    """Two contacts made one, with all that undoing it needs."""

    # Serves the history of one contact, and what was merged into it.
    kept = models.ForeignKey(Contact, models.CASCADE, related_name="merges", verbose_name=_("kept"))
    merged = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False, verbose_name=_("merged"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by"))
    at = models.DateTimeField(_("at"), db_default=Now())
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("undone by")
    )
    particulars = models.JSONField(default=dict, editable=False, help_text=_("What moved, and how it was before."))

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            # Serves "into whom, and by which merge"; a contact is merged into one other at a time.
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="merged_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
