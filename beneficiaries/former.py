"""Numbers under which people were on file before two records became one. Asked only for numbers that nobody has."""

from beneficiaries.models import FormerNumber
from lianyungang_cdpf.intake import bulk  # noqa: F401 - any_of exists once this has been read


def former_owners(digests) -> dict[str, int]:
    """The person behind each former number's digest, by digest; one statement, none for an empty list."""
    digests = list(digests)
    if not digests:
        return {}
    rows = FormerNumber.objects.filter(id_digest__any_of=digests).order_by()
    return dict(rows.values_list("id_digest", "person_id"))
