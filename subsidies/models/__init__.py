"""What people are paid: programmes, their standards and checks, rolls and the payments on them.

How a period becomes Payment.month, and in which year a payment counts for the targets (subsidies/payments.py):

monthly allowance   the month itself                      the year of the month, once paid
pension premium     January of the premium year           the premium year, once paid
education grant     September of the school year's start  the year in which it was paid out
insurance           first month of the policy's term      once paid, every year in which the policy is in effect

So one constraint, one live payment per person, programme and month, also says: one premium per person and year, one
grant per student and school year. Policies have their own: nobody twice on one policy, but on two of them in a year.
"""

from lianyungang_cdpf.purposes import Uses
from subsidies.approval.models import PERSONAL_DATA as OF_APPROVALS
from subsidies.approval.models import USES as USES_OF_APPROVALS
from subsidies.approval.models import Approval, ApprovalStep
from subsidies.bank.models import PERSONAL_DATA as OF_BANKS
from subsidies.bank.models import USES as USES_OF_BANKS
from subsidies.bank.models import BankFile, BankLayout, BankLine, BankReturn
from subsidies.models.programmes import (
    ACCEPTABLE,
    MONTH_AND_DAY,
    PERIOD_OF_ROLL,
    PeriodType,
    Programme,
    ProgrammeCheck,
    RollType,
    Severity,
    Standard,
)
from subsidies.models.rolls import InsurancePolicy, Payment, PaymentAcceptance, Roll
from subsidies.models.yearly import EducationGrant, PensionPremium, Stage, StudentKind
from subsidies.monthly.models import PERSONAL_DATA as OF_MONTHLY
from subsidies.monthly.models import USES as USES_OF_MONTHLY
from subsidies.monthly.models import DifferenceReason
from subsidies.notices.models import PERSONAL_DATA as OF_NOTICES
from subsidies.notices.models import USES as USES_OF_NOTICES
from subsidies.notices.models import Notice, NoticeLine, Objection
from subsidies.purposes import EXPLAIN, INSURE, PAY, TEACH
from subsidies.recovery.models import PERSONAL_DATA as OF_RECOVERIES
from subsidies.recovery.models import USES as USES_OF_RECOVERIES
from subsidies.recovery.models import RecoveryCase, RecoveryEntry, RecoveryLine, WriteOffProposal

# After the models that they point at.
from subsidies.comparison.models import PERSONAL_DATA as OF_COMPARISON  # isort: skip
from subsidies.comparison.models import USES as USES_OF_COMPARISON  # isort: skip
from subsidies.comparison.models import (  # isort: skip
    CaseKind,
    ComparisonCase,
    ComparisonEntry,
    ComparisonList,
    Effect,
    ListType,
)

__all__ = [
    "ACCEPTABLE", "Approval", "ApprovalStep", "BankFile", "BankLayout", "BankLine", "BankReturn", "CaseKind",
    "ComparisonCase", "ComparisonEntry", "ComparisonList", "DifferenceReason", "EducationGrant", "Effect",
    "InsurancePolicy", "ListType", "MONTH_AND_DAY", "Notice", "NoticeLine", "Objection", "Payment",
    "PaymentAcceptance", "PensionPremium", "PERIOD_OF_ROLL", "PeriodType", "PERSONAL_DATA", "Programme",
    "ProgrammeCheck", "RecoveryCase", "RecoveryEntry", "RecoveryLine", "Roll", "RollType", "Severity", "Stage",
    "Standard", "StudentKind", "WriteOffProposal",
]  # fmt: skip

PERSONAL_DATA = OF_APPROVALS | OF_BANKS | OF_COMPARISON | OF_MONTHLY | OF_NOTICES | OF_RECOVERIES | {
    PaymentAcceptance: {
        "id": "record", "payment": "record", "codes": "sensitive", "reason": "personal", "accepted_by": "record",
        "accepted_at": "record", "uploaded_by": "record", "corrected_by": "record",
    },
    Payment: {
        "id": "record", "roll": "record", "sheet": "record", "row": "record", "person": "record",
        "programme": "sensitive", "month": "record", "amount": "sensitive", "area": "personal", "standard": "record",
        "standard_amount": "sensitive", "account_no": "secret", "account_digest": "derived",
        "account_holder": "personal", "live": "record", "policy": "sensitive", "payee": "record",
        "returned_on": "sensitive", "return_reason": "sensitive", "seal": "derived",
    },
    PensionPremium: {
        "id": "record", "payment": "record", "year": "record", "tier": "sensitive", "insured_place": "personal",
        "receipt_no": "personal", "confirmed_on": "record",
    },
    InsurancePolicy: {
        "id": "record", "number": "record", "product": "record", "insurer": "record", "starts_on": "record",
        "ends_on": "record", "premium": "record", "area": "record",
    },
    EducationGrant: {
        "id": "record", "payment": "record", "school_year": "record", "school": "personal", "stage": "personal",
        "student_no": "secret", "kind": "sensitive", "parent": "sensitive", "seal": "derived",
    },
}  # fmt: skip

USES = USES_OF_APPROVALS | USES_OF_BANKS | USES_OF_COMPARISON | USES_OF_MONTHLY | USES_OF_NOTICES
USES |= USES_OF_RECOVERIES | {
    PaymentAcceptance: Uses("payments", {EXPLAIN: "codes reason"}),
    Payment: Uses("payments", {
        PAY: "programme amount area standard_amount account_no account_holder policy returned_on return_reason",
    }),
    PensionPremium: Uses("payments", {INSURE: "tier insured_place receipt_no"}),
    InsurancePolicy: Uses("payments", of_people=False),
    EducationGrant: Uses("payments", {TEACH: "school stage student_no kind parent"}),
}  # fmt: skip
