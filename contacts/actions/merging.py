"""The lower half of merging two contacts: what identifies them, what we know of them, and the way back.

`inbox.actions.merge_contacts` is the verb: merging moves conversations too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Field, Model
from django.db.models.functions import Collate

from contacts.actions.identities import Kind, lock
from contacts.models import Contact, ContactIdentity, ContactMerge

Memo = dict[str, Any]
"""How a row was before a change and after it, in what JSON can hold."""


def change(row: Model, **values: Any) -> Memo:
    """Change a row's columns and return what `restore` needs."""
    memo = {"id": row.pk, "before": _plain(row, values), "after": {}}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    memo["after"] = _plain(row, values)
    return memo


def restore(row: Model, memo: Memo) -> None:
    """Give back to each column what it was, where nobody has changed it since."""
    present = _plain(row, memo["after"])
    names = [name for name, value in memo["after"].items() if present[name] == value]
    for name in names:
        setattr(row, name, _field(row, name).to_python(memo["before"][name]))
    row.save(update_fields=names)


def _field(row: Model, name: str) -> Field[Any, Any]:
    field = row._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def is_as_left(row: Model, memo: Memo) -> bool:
    """Whether nobody has touched these columns since."""
    return _plain(row, memo["after"]) == memo["after"]


def _plain(row: Model, names: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


def lock_both(one: int, other: int) -> dict[int, Contact]:
    """Let no delivery decide about these contacts meanwhile; return them as they are now.

    In the order in which deliveries take the same locks: keys, contacts, identities.
    """
    rows = ContactIdentity.objects.filter(contact__in=[one, other])
    lock(rows.exclude(kind=Kind.USERNAME).values_list("key", flat=True))
    contacts = Contact.objects.select_for_update(no_key=True).filter(pk__in=[one, other]).order_by("pk")
    found = {contact.pk: contact for contact in contacts}
    list(rows.select_for_update().order_by("contact_id", Collate("kind", "C"), Collate("key", "C")).values_list("pk"))
    return found


def join_facts(merge: ContactMerge) -> None:
    """Give the kept contact what is known of the merged one: the newest of each, and a hold on either."""
    kept, merged = merge.kept, merge.merged
    profile = _later(kept, merged, lambda one: (one.profile_name_at, one.profile_name))
    book = _later(kept, merged, lambda one: (one.book_name_at, one.book_name))
    choice = _later(
        kept, merged, lambda one: (one.marketing_choice_at or one.marketing_refused_at, one.refuses_marketing)
    )
    merge.particulars["contact"] = change(
        kept,
        name=kept.name or merged.name,
        profile_name=profile.profile_name,
        profile_name_at=profile.profile_name_at,
        book_name=book.book_name,
        book_name_at=book.book_name_at,
        marketing_choice_at=choice.marketing_choice_at,
        marketing_refused_at=choice.marketing_refused_at,
        legal_hold=kept.legal_hold or merged.legal_hold,
    )
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])


def _later(kept: Contact, merged: Contact, rank: Callable[[Contact], tuple[datetime | None, Any]]) -> Contact:
    """Whichever contact has the later time; of two with one time the greater value, as deliveries have it."""
    dated = [one for one in (merged, kept) if rank(one)[0] is not None]
    return max(dated, key=rank, default=kept)


def move_identities(merge: ContactMerge) -> None:
    """Make what identifies the merged contact the kept one's, and write down in `merge` what moved.

    Where both have the same one, the rows become one: the later spelling, current if either was.
    """
    mine = {(row.kind, row.key): row for row in merge.kept.identities.all()}
    for row in merge.merged.identities.all():
        if (row.kind, row.key) in mine:
            merge.particulars.setdefault("twins", []).append(_join(mine[row.kind, row.key], row))
        else:
            merge.particulars.setdefault("identities", []).append(row.pk)
            ContactIdentity.objects.filter(pk=row.pk).update(contact=merge.kept)


def _join(kept: ContactIdentity, dropped: ContactIdentity) -> Memo:
    memo = {"dropped": _plain(dropped, ("id", "kind", "value", "key", "is_current", "seen_at"))}
    dropped.delete()
    seen_at, value = max((kept.seen_at, kept.value), (dropped.seen_at, dropped.value))
    is_current = kept.is_current or dropped.is_current
    return memo | {"kept": change(kept, seen_at=seen_at, value=value, is_current=is_current)}


def part_facts(merge: ContactMerge) -> None:
    """Give both contacts back what was known of them, where nothing newer came."""
    restore(merge.kept, merge.particulars["contact"])
    merge.merged.merged_into = None
    merge.merged.save(update_fields=["merged_into"])


def part_identities(merge: ContactMerge) -> None:
    """Give the merged contact back what identified it; what came meanwhile stays."""
    moved = ContactIdentity.objects.filter(pk__in=merge.particulars.get("identities", []), contact=merge.kept)
    moved.update(contact=merge.merged)
    for twin in reversed(merge.particulars.get("twins", [])):
        _part(merge, twin)


def _part(merge: ContactMerge, twin: Memo) -> None:
    kept = ContactIdentity.objects.filter(pk=twin["kept"]["id"], contact=merge.kept).first()
    # A phone that went to somebody else meanwhile is nobody's here any more.
    is_current = twin["dropped"]["is_current"] and kept is not None and kept.is_current
    if kept:
        restore(kept, twin["kept"])
    dropped = twin["dropped"] | {"is_current": is_current}
    dropped["seen_at"] = datetime.fromisoformat(dropped["seen_at"])
    ContactIdentity.objects.bulk_create([ContactIdentity(contact=merge.merged, **dropped)], ignore_conflicts=True)
