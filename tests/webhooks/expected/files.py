"""Pictures, recordings, videos, documents and stickers (Meta: section 2.3): a row each, to be fetched by id."""

from __future__ import annotations

from tests.webhooks.expected.entry import CAIO, Table, written

TOO_LARGE = "too large. Ask the customer for a smaller one."

FILES: Table = {
    "image": written(
        1793621355,
        "Comprovante do Pix",
        "file WAITING image/jpeg 6006432176067248 ed645e3d",
        kind="image",
        shows=["Comprovante do Pix"],
    ),
    "image_without_url": written(
        1793621392,
        "",
        "file WAITING image/jpeg 3520213488040867 bc0ea31e",
        kind="image",
        why="The address is optional and short-lived: files are asked for by id.",
    ),
    "image_ctwa_referral_post": written(
        1793621096,
        "",
        "file WAITING image/jpeg 7820390236672032 aead7d0e",
        kind="image",
        who=CAIO,
        shows=["Converse com a loja", "Frete grátis para São Paulo"],
        labels=["Came from a post"],
        hides=["scontent.example"],
    ),
    "audio_voice": written(
        1793621429, "", "file WAITING audio/ogg; codecs=opus 6747673428130762 8a412202", kind="audio"
    ),
    "audio_file": written(1793621466, "", "file WAITING audio/mpeg 9453195831691484 0765539b", kind="audio"),
    "video": written(
        1793621503,
        "Chegou assim",
        "file WAITING video/mp4 5585715163820371 6805ff6b",
        kind="video",
        shows=["Chegou assim"],
    ),
    "document": written(
        1793621540,
        "Segue o contrato · Contrato assinado - março.pdf",
        "file WAITING application/pdf 9748251396532754 39056aa8 Contrato assinado - março.pdf",
        kind="document",
        shows=["Segue o contrato", "Contrato assinado - março.pdf"],
    ),
    "sticker_static": written(1793621577, "", "file WAITING image/webp 2389762932565755 f9bb95f3", kind="sticker"),
    "sticker_animated": written(1793621614, "", "file WAITING image/webp 7108705520384263 4ea0f741", kind="sticker"),
    "video_too_large_131052": written(
        1793622872, "", kind="video", labels=[TOO_LARGE], why="No media id came: there is nothing to fetch."
    ),
}
