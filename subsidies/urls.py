"""Work lists of payments, below /admin/payments/."""

from django.urls import path, register_converter

from subsidies.owed import pages


class DirectionConverter:
    """Which of the two lists: 应补未补 or 应退未退."""

    regex = "|".join(pages.DIRECTIONS)

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(DirectionConverter, "direction")

app_name = "subsidies"
urlpatterns = [
    path("owed/", pages.summary, name="owed"),
    path("owed/<direction:direction>/", pages.listed, name="owed_list"),
    path("owed/<direction:direction>.xlsx", pages.as_xlsx, name="owed_file"),
]
