"""A flood of leads is told in one letter: past twenty in ten minutes a member's mails are gathered (P6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leadhall.core.ids import mint
from leadhall.dispatch.ground import Ground
from leadhall.dispatch.notices import NOTICE
from leadhall.dispatch.planned import SQL, Planned

SPAN_MINUTES = 10
DIGEST = "digest"
_Pair = tuple[int, str]


@dataclass(slots=True)
class Gathered:
    """One member's leads of this batch that a digest tells, and those who answered: an answer is no new lead."""

    first: Planned
    lead_uids: list[str] = field(default_factory=list)
    answered_uids: list[str] = field(default_factory=list)

    def add(self, planned: Planned) -> None:
        told = self.answered_uids if planned.row.payload.get("is_answer") else self.lead_uids
        told.append(planned.row.lead_uid or "")


async def gather(ground: Ground, planned: Sequence[Planned], *, after: int) -> list[Planned]:
    """Let a digest tell what would be more than `after` mails to one member in ten minutes; 0: never."""
    pairs = sorted({_pair(each) for each in planned if _is_mail_to_owner(each)})
    if not after or not pairs:
        return list(planned)
    told = await ground.told_lately(pairs, minutes=SPAN_MINUTES, most=after)
    kept: list[Planned] = []
    gathered: dict[_Pair, Gathered] = {}
    for each in planned:
        if not _is_mail_to_owner(each):
            kept.append(each)
        elif told[_pair(each)] < after:
            told[_pair(each)] += 1
            kept.append(each)
        else:
            gathered.setdefault(_pair(each), Gathered(each)).add(each)
            kept.append(each.skipped(DIGEST))
    for one in gathered.values():
        await _write(ground, one)
    return kept


def _is_mail_to_owner(planned: Planned) -> bool:
    row = planned.row
    return row.kind == NOTICE and row.channel == "email" and planned.goes_out and not row.payload.get("is_test")


def _pair(planned: Planned) -> _Pair:
    return planned.row.business_id, planned.key


async def _write(ground: Ground, gathered: Gathered) -> None:
    """Due when the span of ten minutes that we are in ends; those of one span share one."""
    row, span_s = gathered.first.row, SPAN_MINUTES * 60
    now_s = ground.at.timestamp()
    staff_uid, lane = row.payload["staff_uid"], await ground.lane(row.business_id, "email")
    dedupe = f"{staff_uid}:{DIGEST}:{int(now_s // span_s)}"
    await ground.connection.execute(
        SQL["digest"], row.business_id, mint(), dedupe, row.recipient, gathered.first.key, lane, staff_uid,
        gathered.lead_uids, span_s - now_s % span_s, gathered.answered_uids,
    )  # fmt: skip
