"""The demonstration's orders: made by the deeds, one in each state that a reader should see."""

from lianyungang_cdpf.management.demonstration.supervision import supervise
from lianyungang_cdpf.targets.models import Allocation, SupervisionOrder, Target


def test_three_units_have_an_order_each_in_three_states(lagging, city_clerk, haizhou_clerk, donghai_clerk, make_staff):
    zone = make_staff("xuwei", area="xuwei")
    Allocation.objects.all().delete()
    for key, clerk in zip(
        ("hardship_subsidy", "nursing_subsidy", "health_check"), (haizhou_clerk, donghai_clerk, zone), strict=True
    ):
        place = {"zone": clerk.zone} if clerk.zone_id else {"area": clerk.area}
        Allocation.objects.create(target=Target.objects.get(key=key), goal=9, **place)
    supervise([city_clerk, haizhou_clerk, donghai_clerk, zone], 2019)
    orders = SupervisionOrder.objects.order_by("sequence")
    assert [order.state for order in orders] == ["issued", "replied", "closed"]
    assert len({(order.area_id, order.zone_id) for order in orders}) == 3
    assert all(order.issued_by == city_clerk for order in orders)
