"""How secret values are shown to people who may see that they exist but not what they are (facts.md 6.5)."""

import re


def mask_id_number(text: str) -> str:
    """First six and last four characters, eight stars between them, whatever the length from 15 on: 320706********1234.

    What is shorter than 15, the shortest ID number there was, shows its length alone: as many stars. The last character
    may be the X. That it is a number at all is not asked.
    """
    return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else "*" * len(text)


def mask_certificate_no(text: str) -> str:
    """As an ID number, with the digits behind it hidden too: they tell category and grade."""
    return f"{mask_id_number(text[:18])}**" if len(text) >= 18 else "*" * len(text)


def mask_phone(text: str) -> str:
    """First three and last four digits: 190****1234."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 10 else "*" * len(text)


def mask_account_no(text: str) -> str:
    """The last four digits only."""
    return f"****{text[-4:]}" if len(text) >= 8 else "*" * len(text)


def hidden(text: str) -> str:
    """Nothing but that there is something."""
    return "****" if text else ""


# How an encrypted column is shown where no form says so; any other is hidden whole.
MASKS = {
    "id_number": mask_id_number, "number": mask_certificate_no, "phone": mask_phone, "account_no": mask_account_no,
}  # fmt: skip

_SECRET_COLUMNS = {
    "id_number", "certificate_no", "account_no", "phone", "parent_id_number", "parent_certificate_no", "student_no",
}  # fmt: skip


_CERTIFICATES = {"certificate_no", "parent_certificate_no"}
# An ID, certificate or account number that stands where another thing was asked for.
_A_NUMBER = re.compile(r"\d{15,}(?:[Xx]\d*)?")


def masked(column: str, text: str) -> str:
    """A cell's text for a message about its column; what may be most of a secret number is cut in the middle.

    Of a certificate number the end is hidden too: it tells category and grade. In other columns only what is as long
    as an ID number is cut: cells that slipped by one column.
    """
    if column not in _SECRET_COLUMNS:
        return _A_NUMBER.sub(lambda number: f"{number[0][:4]}****", text)
    if len(text) < 8:
        return text
    return f"{text[:4]}****" if column in _CERTIFICATES else f"{text[:4]}****{text[-2:]}"
