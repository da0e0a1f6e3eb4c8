"""What is said later about a message: reactions, edits, deletions, ends of calls (Meta: sections 2.2 and 2.7)."""

from __future__ import annotations

from tests.webhooks.expected.entry import EARLIER_WORDS, Table, amended

AMENDMENTS: Table = {
    "reaction": amended(
        "reaction",
        1793621836,
        "0MzM0NAA",
        "👍🏽",
        "ours",
        shows=[EARLIER_WORDS, "👍🏽"],
        labels=["Reaction of the customer"],
    ),
    "reaction_removed": amended(
        "reaction", 1793621873, "xMTVDNAA", "", "ours", shows=[EARLIER_WORDS], hides=["Reaction", "Reação"]
    ),
    "reaction_removed_empty_emoji": amended(
        "reaction", 1793621910, "yNTc1OAA", "", "ours", shows=[EARLIER_WORDS], hides=["Reaction", "Reação"]
    ),
    "edit_text": amended(
        "edit",
        1793622909,
        "JERkM5AA",
        "Quero 3 unidades (corrigido)",
        "theirs",
        shows=["Quero 3 unidades (corrigido)", EARLIER_WORDS],
        labels=["Edited", "Before the edit"],
    ),
    "edit_image_caption": amended(
        "edit",
        1793622946,
        "k0NEFFAA",
        "Legenda corrigida",
        "theirs",
        shows=["Legenda corrigida", EARLIER_WORDS],
        labels=["Edited"],
    ),
    "revoke": amended(
        "revoke",
        1793622983,
        "JERkM5AA",
        "",
        "theirs",
        shows=[EARLIER_WORDS],
        labels=["Deleted by the customer", "Show what was deleted"],
    ),
    "smb_message_echoes_edit": amended(
        "edit",
        1793624500,
        "1MzAwNAA",
        "Preço corrigido: R$ 89,90",
        "ours",
        side="OUTBOUND",
        shows=["Preço corrigido: R$ 89,90", EARLIER_WORDS],
        labels=["Edited"],
    ),
    "smb_message_echoes_revoke": amended(
        "revoke",
        1793624537,
        "1MzAwNAA",
        "",
        "ours",
        side="OUTBOUND",
        shows=[EARLIER_WORDS],
        labels=["Deleted from the phone"],
    ),
}
