"""What every page's frame needs to know."""

from lianyungang_cdpf.targets.models import Demonstration


def portal(request):
    """The demonstration mark, read only when a template asks for it."""
    return {"demonstration": Demonstration.objects.order_by("-id").first}
