"""The list of a campaign: from a file, or from those who wrote to the number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import IO

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.actions.drafting import lock_draft
from campaigns.models import Campaign, Recipient
from campaigns.refusals import EmptyList, NobodyTalked, TooManyRows
from campaigns.sheets import MAX_ROWS, Row, open_sheet
from contacts.models import Contact, ContactIdentity
from inbox.models import Conversation

Kind = ContactIdentity.Kind


def list_sheet(campaign: Campaign, file: IO[bytes], *, name: str) -> Campaign:
    """Take the lines of a CSV file for the list, in place of those before; raise NotADraft, Unreadable."""
    sheet = open_sheet(file)
    source = {"file": name[:200], "encoding": sheet.encoding, "delimiter": sheet.delimiter}
    return _replace(campaign, source, sheet.columns, sheet.rows)


def list_contacts(campaign: Campaign, *, since: date, until: date, by: User) -> Campaign:
    """Take for the list those who wrote to the campaign's number in these days, as far as `by` sees them.

    Raise NotADraft, or NobodyTalked.
    """
    source = {"since": since.isoformat(), "until": until.isoformat()}
    columns = [_("Name"), _("Phone")]
    try:
        return _replace(campaign, source, columns, _talked(campaign, since, until, by))
    except EmptyList:
        raise NobodyTalked from None


def _talked(campaign: Campaign, since: date, until: date, by: User) -> list[Row]:
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(day, time.min, zone) for day in (since, until + timedelta(days=1)))
    talks = Conversation.objects.visible_to(by).filter(
        number=campaign.number_id, last_inbound_at__gte=start, last_inbound_at__lt=end
    )
    people = Contact.objects.filter(pk__in=talks.values("contact"), merged_into=None).order_by("pk")
    current = ContactIdentity.objects.filter(contact=OuterRef("pk"), is_current=True).order_by("-seen_at")
    bsuids = current.filter(kind=Kind.BSUID, key__startswith=f"{campaign.number.waba.portfolio}/")
    found = people.annotate(
        its_phone=Subquery(current.filter(kind=Kind.PHONE).values("value")[:1]),
        its_bsuid=Subquery(bsuids.values("value")[:1]),
    ).values_list("name", "book_name", "profile_name", "its_phone", "its_bsuid")[: MAX_ROWS + 1]
    if len(found) > MAX_ROWS:
        raise TooManyRows
    return [
        Row(line, [name or book_name or profile_name, f"+{phone}" if phone else bsuid or ""], is_broken=False)
        for line, (name, book_name, profile_name, phone, bsuid) in enumerate(found, start=1)
    ]


COPY = "COPY campaigns_recipient (campaign_id, line, cells, state, reason) FROM STDIN"


def _replace(campaign: Campaign, source: dict[str, str], columns: list[str], rows: Iterable[Row]) -> Campaign:
    with transaction.atomic():
        draft = lock_draft(campaign)
        Recipient.objects.filter(campaign=draft).delete()
        count = _write(draft, rows)
        if not count:
            raise EmptyList
        draft.source, draft.columns, draft.mapping, draft.checked_at = {**source, "count": count}, columns, {}, None
        draft.save(update_fields=["source", "columns", "mapping", "checked_at"])
    return draft


def _write(draft: Campaign, rows: Iterable[Row]) -> int:
    """Write the rows as they come, however many; return their count."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            state, reason = (Recipient.State.SKIPPED, Recipient.Reason.BROKEN) if row.is_broken else ("WAITING", "")
            copy.write_row((draft.pk, row.line, json.dumps(row.cells), str(state), str(reason)))
            count += 1
    return count
