"""What aid there is, from the programmes, standards and kinds of service themselves."""

from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.pages.public.aid import services, subsidies, who_is_served
from services.models import ServiceKind
from subsidies.models import Programme, Standard

PAGE = reverse("public:aid")


def test_every_programme_is_told_with_its_rule_and_what_is_in_force(city, client):
    programme = Programme.objects.get(code="nursing_subsidy")
    told = {"programme": programme, "grade": 1}
    Standard.objects.create(effective_from=date(2018, 1, 1), effective_to=date(2018, 12, 1), amount=111, **told)
    Standard.objects.create(effective_from=date(2019, 1, 1), amount=222, source_document="连民发〔2019〕3号", **told)
    Standard.objects.create(effective_from=date(localdate().year + 1, 1, 1), amount=333, **told)
    page = client.get(PAGE).content.decode()
    assert "一级：每月 222.00 元（依据：连民发〔2019〕3号）" in page
    assert "111.00" not in page and "333.00" not in page
    for one in subsidies(localdate()):
        assert one.programme.name in page and one.who in page
    assert "年龄：16—59 周岁" in page


def test_every_kind_of_service_is_told_with_whom_it_is_for(city, client):
    page = client.get(PAGE).content.decode()
    told = {name for part in services() for name, _ in part.kinds}
    assert told == set(ServiceKind.objects.exclude(code="rehab_need").values_list("name", flat=True))
    assert not [name for name in told if name not in page]


def test_conditions_of_a_service_in_words(city):
    def words(code):
        return who_is_served(ServiceKind.objects.get(code=code))

    assert words("respite_care") == "持有有效的残疾人证；16—59 周岁；残疾等级一级、二级；家庭经济困难。"
    assert words("supported_employment") == (
        "持有有效的残疾人证；16—59 周岁；肢体、智力、精神残疾（肢体须为一级、二级）。"
    )
    assert words("child_rehab_training") == (
        "持有有效的残疾人证，或有诊断的残疾儿童；0—14 周岁；满 7 周岁的限肢体、精神残疾。"
    )
    assert words("cataract_surgery") == "不要求残疾人证；家庭经济困难。"
