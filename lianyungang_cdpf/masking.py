"""How secret values are shown to people who may see that they exist but not what they are (facts.md 6.5)."""


def mask_id_number(text: str) -> str:
    """First six and last four of an ID number; anything shorter than ten characters is hidden whole."""
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


_SECRET_COLUMNS = {
    "id_number", "certificate_no", "account_no", "phone", "parent_id_number", "parent_certificate_no", "student_no",
}  # fmt: skip


def masked(column: str, text: str) -> str:
    """A cell's text for a message about its column; what may be most of a secret number is cut in the middle."""
    if column not in _SECRET_COLUMNS or len(text) < 8:
        return text
    return f"{text[:4]}****{text[-2:]}"
