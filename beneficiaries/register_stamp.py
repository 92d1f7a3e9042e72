"""Says that the register has changed: whoever counts people of the register counts them again."""

from lianyungang_cdpf.metrics.models import ChangeStamp

SOURCE = "beneficiaries.person"


def stamp_register() -> None:
    """Call it in the transaction that changes who is on file, where, alive, or with what certificate.

    One counter for all of it: which years' figures hang on a person's dates, the figures know best.
    """
    ChangeStamp.objects.touch(source=SOURCE, kind="", year=0)
