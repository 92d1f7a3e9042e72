"""Raw sheets become clean, typed data rows with the positions that Excel shows.

Declare a Roll of Columns, then iterate over read_table(sheets, roll).  Nothing here knows a roll by name.
"""

from .cleaners import (
    Category,
    CertificateNumber,
    Choice,
    Cleaner,
    Date,
    Grade,
    HouseholdStatus,
    IdNumber,
    PersonName,
    Text,
    Whole,
)
from .columns import Column, Roll, with_learned
from .datarow import DataRow
from .identity import birth_date_of, certificate_core, id_problem, normalise_id, sex_of
from .money import BankAccount, Money
from .months import Month, Year
from .named_months import SEPARATOR, NamedMonths, PaidMonths
from .sentences import sentence
from .table import Table, read_table
from .text import name_key, name_shown
from .titles import TitleFacts, contradictions, month_from
from .unmapped import HeadingsMissing, is_known

__all__ = [
    "BankAccount",
    "Category",
    "CertificateNumber",
    "Choice",
    "Cleaner",
    "Column",
    "DataRow",
    "Date",
    "Grade",
    "HeadingsMissing",
    "HouseholdStatus",
    "IdNumber",
    "Money",
    "NamedMonths",
    "PaidMonths",
    "SEPARATOR",
    "Month",
    "PersonName",
    "Roll",
    "Table",
    "Text",
    "TitleFacts",
    "Whole",
    "Year",
    "birth_date_of",
    "certificate_core",
    "contradictions",
    "id_problem",
    "is_known",
    "month_from",
    "name_key",
    "name_shown",
    "normalise_id",
    "read_table",
    "sentence",
    "sex_of",
    "with_learned",
]
