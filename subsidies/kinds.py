"""The files that the subsidies offer to the intake: every programme's roll in its form, and the payment history."""

from lianyungang_cdpf.intake.kinds import Kind
from subsidies.models import Programme, RollType
from subsidies.rolls import PaymentHistoryKind, ProgrammeKind
from subsidies.yearly.kinds import EducationKind, InsuranceKind, PensionKind

KIND_OF = {
    RollType.MONTHLY: ProgrammeKind,
    RollType.PENSION: PensionKind,
    RollType.INSURANCE: InsuranceKind,
    RollType.EDUCATION: EducationKind,
}


def kinds() -> list[Kind]:
    """Every programme's roll, and the payment history."""
    programmes = list(Programme.objects.all())
    rolls = [KIND_OF[one.roll_type](one, [other for other in programmes if other != one]) for one in programmes]
    return [*rolls, PaymentHistoryKind()]
