"""What became of messages of ours (Meta: section 4): ticks and receipts, or parked until the message is known.

A receipt says the pricing as category/type, or the error's code.
"""

from __future__ import annotations

from tests.webhooks.expected.entry import CAIO, LIVIA, RUTE, Table, kept, reported

FREE = "service/free_customer_service"

STATUSES: Table = {
    "status_sent": reported("SENT", 1793623057, "zQjlBNwA", FREE),
    "status_delivered": reported("DELIVERED", 1793623094, "zQjlBNwA", FREE),
    "status_read": reported("READ", 1793623131, "zQjlBNwA"),
    "status_read_without_delivered": reported("READ", 1793623168, "FNEM2QgA", FREE),
    "status_played": reported("PLAYED", 1793623205, "0QjM5NgA"),
    "status_delivered_service_billable": reported("DELIVERED", 1793623242, "5MDUyMwA", "service/regular"),
    "status_delivered_marketing": reported("DELIVERED", 1793623279, "zNzFFQQA", "marketing/regular", who=CAIO),
    "status_delivered_paid_exempt": reported("DELIVERED", 1793623316, "xMzgwQgA", "utility/regular/paid_exempt"),
    "status_sent_free_entry_point": reported(
        "SENT", 1793623353, "xNEM1QwA", "referral_conversion/free_entry_point, conversation referral_conversion"
    ),
    "status_sent_pre_v24_conversation": reported("SENT", 1793623390, "BMTNGMAA", "utility/-, conversation utility"),
    # No attempt of ours has that id: it is found by its wamid all the same.
    "status_with_opaque_data": reported("SENT", 1793623427, "0RjU3MwA"),
    "status_identity_key_hash": reported("DELIVERED", 1793623464, "GODUwMAA"),
    "status_failed_131047": reported("FAILED", 1793623501, "0ODRDNAA", "error 131047", labels=["24 h window"]),
    "status_failed_131026": reported("FAILED", 1793623538, "1RTUzRgA", "error 131026", labels=["cannot be reached"]),
    "status_failed_131049": reported(
        "FAILED", 1793623575, "wQzdERAA", "error 131049", labels=["Meta limits marketing"]
    ),
    "status_failed_131050": reported(
        "FAILED", 1793623612, "GRENFQwA", "error 131050", labels=["asked for no more marketing"]
    ),
    "status_failed_131053": reported("FAILED", 1793623649, "5MEE0MwA", "error 131053", labels=["file"]),
    "status_failed_131042": reported("FAILED", 1793623686, "GMjU2QQA", "error 131042", labels=["payment"]),
    "status_failed_130472": reported(
        "FAILED", 1793623723, "xQzhGQgA", "error 130472", labels=["one of its experiments"]
    ),
    "status_failed_132015": reported("FAILED", 1793623760, "3OTA1NgA", "error 132015", labels=["template"]),
    "status_failed_131000": reported("FAILED", 1793623797, "xQURGNQA", "error 131000", labels=["unavailable"]),
    "status_failed_to_bsuid": reported("FAILED", 1793623834, "MyRjkzAA", "error 131026", who=LIVIA),
    "status_bsuid_only": reported("DELIVERED", 1793623871, "I4Mjc0AA", FREE, who=LIVIA),
    "status_parent_field_alternate_name": reported("DELIVERED", 1793623908, "BNDVGNQA", who=RUTE),
    "standby_statuses": reported("DELIVERED", 1793624722, "2MEUwMgA"),
    "status_group": kept("group status", 2),
    "status_deleted_legacy": kept("status:deleted"),
    "status_warning_legacy": kept("status:warning"),
    "status_payment_captured": kept("status:payment"),
    "calls_status_ringing": kept("status:call"),
}
