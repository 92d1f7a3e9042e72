"""Whose an import is: the place of who sent it, and the office whose habits its headings follow."""

from lianyungang_cdpf.accounts.models import Area, Level


def place_of(staff):
    """Area and zone of a staff member's records; those of a zone hang on its towns' common ancestor."""
    if staff.area_id:
        return staff.area, None
    paths = [path.split("/")[:-1] for path in staff.zone.areas.filter(level="town").values_list("path", flat=True)]
    common = [codes[0] for codes in zip(*paths, strict=False) if len(set(codes)) == 1]
    return staff.zone.areas.model.objects.get(path="/".join(common) + "/"), staff.zone


def office_of(staff):
    """County and zone whose forms the staff member fills in; a town's files are written as its county's, and the
    city's are its own."""
    area, zone = place_of(staff)
    if zone or area.level in (Level.CITY, Level.COUNTY):
        return area, zone
    return Area.objects.get(level=Level.COUNTY, code=area.county_code), None
