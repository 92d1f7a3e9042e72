"""Deeds on photos of homes before and after the works."""

from django.core.exceptions import ValidationError
from django.db import transaction

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attaching import sealed_for
from services.models import HomeModification, HomePhoto


def add_photo(*, by, home: HomeModification, photo: HomePhoto, upload) -> HomePhoto:
    """Put a photo on record with its file (anything with `name` and `chunks()`).

    Raises ValidationError for a file that is no photo or too large, or a day that can't be; nothing is left then.
    """
    photo.home, photo.added_by = home, by
    with sealed_for(photo, upload, is_photo=True), transaction.atomic():
        home = HomeModification.objects.select_for_update(of=("self",)).get(pk=home.pk)
        if home.cancelled_at:
            raise ValidationError("这条改造记录已经撤销，不能再上传照片。")
        _refuse_impossible_day(home, photo)
        photo.validate_constraints()
        photo.save()
        record(by=by, deed=f"上传{photo.NOUN}", on=home, summary=f"{photo.get_moment_display()}，{photo.size} 字节")
    return photo


def _refuse_impossible_day(home: HomeModification, photo: HomePhoto) -> None:
    """What a home looked like before is photographed before the works end, what became of it after they began."""
    if photo.moment == HomePhoto.Moment.BEFORE and home.ended_on and photo.taken_on > home.ended_on:
        raise ValidationError(f"改造前的照片不能拍摄于完工（{home.ended_on:%Y-%m-%d}）之后，请核对日期和改造前后。")
    if photo.moment == HomePhoto.Moment.AFTER and photo.taken_on < home.served_on:
        raise ValidationError(f"改造后的照片不能拍摄于开工（{home.served_on:%Y-%m-%d}）之前，请核对日期和改造前后。")
