"""A client that sends forms of records as a browser does: with the version of the page that it was shown before."""

import re

from django.test import Client

from lianyungang_cdpf.accounts.versions import NAME

# Change forms of the admin, and the pages of deeds on people.
FORMS_OF_RECORDS = re.compile(r"/admin/(\w+/\w+/\d+/change|people/.+)/$")


def version_of(response) -> str:
    """The version that a page carries; "" where it has no form of a record."""
    return (response.context or {}).get("version", "")


class FormClient(Client):
    """Opens the page of a form before sending it, unless what is sent says itself of which version it is."""

    def post(self, path, data=None, *args, **kwargs):
        if FORMS_OF_RECORDS.search(path.split("?")[0]) and NAME not in (data or {}):
            data = {**(data or {}), NAME: version_of(self.get(path))}
        return super().post(path, data, *args, **kwargs)
