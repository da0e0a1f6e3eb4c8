"""Deliveries that make no rows, and why each name of them may be only kept in the ledger."""

from __future__ import annotations

from tests.webhooks.expected.entry import Table, kept

KEPT = {
    "automatic event": "Meta's own guess of a purchase or lead, for ads: nothing of it concerns a conversation.",
    "business status": "Meta documents no shape for it.",
    "call of ours": "Nobody here can make calls: another app of the company did.",
    "category detection": "Meta documents no shape; the change itself comes as template_category_update.",
    "echo of another app": "Meta documents no shape, and it may repeat what we sent ourselves.",
    "error beside a message": "It says why the message is empty; the message is shown as not supported.",
    "error of a call": "Of a call that we did not make.",
    "field:some_future_field": "Nobody knows it yet; it can be replayed once somebody does.",
    "group lifecycle": "Groups are out of scope (Meta: 2.10).",
    "group message": "Groups are out of scope: a group's message is in nobody's own conversation (Meta: 2.10).",
    "group participants": "Groups are out of scope (Meta: 2.10).",
    "group settings": "Groups are out of scope (Meta: 2.10).",
    "group status": "Groups are out of scope (Meta: 2.10).",
    "handover": "What is said while Meta's agent answers comes as standby; the handover has no words.",
    "history refused": "The company does not share its past.",
    "partner solution": "It concerns the partner's portfolio, no account of ours.",
    "request_welcome": "Retired; nobody said anything.",
    "status:call": "A state of the call's line, no message's (Meta: 4.1).",
    "status:deleted": "Retired by Meta (Meta: 4.1).",
    "status:payment": "A payment's state, no message's (Meta: 4.1).",
    "status:warning": "Retired by Meta (Meta: 4.1).",
    "tracking event": "Meta documents no shape for it.",
}

ONLY_KEPT: Table = {
    "automatic_events_lead": kept("automatic event"),
    "automatic_events_purchase": kept("automatic event"),
    "partner_solutions": kept("partner solution"),
    "group_lifecycle_update_create": kept("group lifecycle"),
    "group_lifecycle_update_create_failed": kept("group lifecycle"),
    "group_lifecycle_update_delete": kept("group lifecycle"),
    "group_participants_update_add": kept("group participants"),
    "group_participants_update_join_request": kept("group participants"),
    "group_participants_update_join_request_revoked": kept("group participants"),
    "group_participants_update_left": kept("group participants"),
    "group_participants_update_remove_by_business": kept("group participants"),
    "group_settings_update": kept("group settings"),
    "group_status_update_suspend": kept("group status"),
    "group_status_update_suspend_cleared": kept("group status"),
    "business_status_update_shape_unknown": kept("business status"),
    "template_correct_category_detection_shape_unknown": kept("category detection"),
    "tracking_events_shape_unknown": kept("tracking event"),
    "future_unseen_field": kept("field:some_future_field"),
}
