"""Consent as it is kept: the exact text, what was ticked and drawn, and a digest over all of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

from filiform.care.consent import digest
from filiform.care.course import Consented, ConsentWithdrawn
from filiform.site.practice import keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Consent, ConsentText

if TYPE_CHECKING:
    from filiform.care.consent import ConsentText as CareText
    from filiform.care.consent import Signature
    from filiform.site.practice.models import Course, Member


def sign(
    act: keeping.Act,
    course: Course,
    text: CareText,
    signature: Signature,
    *,
    note: str,
    witness: Member,
) -> Consent:
    """Keep a complete signature with its event.

    Args:
        act: the transaction.
        course: for which.
        text: as it was shown.
        signature: that `check_signature` found complete.
        note: who signed for the person, and why; "" where the person did.
        witness: the member of staff who was there.
    """
    kept, _ = ConsentText.objects.get_or_create(
        sha256=text.sha256,
        defaults={
            "therapy": text.therapy,
            "jurisdiction": text.jurisdiction,
            "text_version": text.version,
            "body": text.body,
            "created_at": act.now,
        },
    )
    consent = Consent(
        course=course,
        text=kept,
        choices=dict(signature.choices),
        signed_name=signature.typed_name.strip(),
        signer_note=note.strip(),
        strokes=[[list(point) for point in stroke] for stroke in signature.strokes],
        signed_at=act.now,
        witnessed_by=witness,
    )
    consent.signature_sha256 = signature_digest(consent)
    act.create(consent)
    log(act, course, Consented(act.now, act.by, text.therapy, text.version, text.sha256))
    return consent


def signature_digest(consent: Consent) -> str:
    """Return the SHA-256 over text, choices, name, note, strokes and time."""
    content = {
        "text": consent.text_id,
        "choices": consent.choices,
        "name": consent.signed_name,
        "note": consent.signer_note,
        "strokes": consent.strokes,
        "at": consent.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def unchanged(consent: Consent) -> bool:
    """Say whether text and signature are what was signed, by their digests."""
    text = consent.text
    same_text = digest(text.text_version, text.body) == text.sha256
    return same_text and signature_digest(consent) == consent.signature_sha256


def withdraw(act: keeping.Act, consent: Consent, reason: str) -> None:
    """Keep that a consent was taken back; the course stops with it."""
    before = keeping.values(consent)
    consent.withdrawn_at, consent.withdrawn_reason = act.now, reason.strip()
    act.change(consent, before=before, reason=reason.strip())
    event = ConsentWithdrawn(act.now, act.by, consent.text.therapy, reason.strip())
    log(act, consent.course, event)
