"""Where the search boxes of the ledgers send what was typed: lists are told only what may stand in an address."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from lianyungang_cdpf.accounts.kept_words import without_numbers

LIST = "list"
NOT_SENT_ON = {LIST, "csrfmiddlewaretoken"}


@require_POST
def find(request):
    """Go to the list that the box stands above, with its filters and the words."""
    address = _own_address(request.POST.get(LIST, ""))
    query = request.POST.copy()
    for name in NOT_SENT_ON:
        query.pop(name, None)
    query = without_numbers(query, request.session) or query
    return HttpResponseRedirect(f"{address}?{query.urlencode()}" if query else address)


def _own_address(asked: str) -> str:
    """A page of the staff's site, put together anew from its name: nothing leads elsewhere. 404 for anything else."""
    try:
        match = resolve(urlsplit(asked).path)
    except (Resolver404, ValueError):
        raise Http404 from None
    if match.url_name is None or not match.route.startswith("admin/"):
        raise Http404
    return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
