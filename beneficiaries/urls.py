"""Pages of deeds on people, below /admin/people/."""

from django.urls import path, register_converter

from beneficiaries.views import departures, merges, parts, transfers


class DepartureKind:
    """death or moving_out."""

    regex = "death|moving_out"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(DepartureKind, "departure")

app_name = "people"
urlpatterns = [
    path("<int:pk>/<departure:kind>/", departures.depart, name="depart"),
    path("<int:pk>/<departure:kind>/correct/", departures.correct, name="correct"),
    path("<int:pk>/merge/", merges.find_twin, name="find_twin"),
    path("<int:pk>/merge/<int:other>/", merges.merge, name="merge"),
    path("<int:pk>/transfer/", transfers.offer, name="offer"),
    path("transfers/ask/", transfers.ask, name="ask"),
    path("transfers/<int:pk>/", transfers.answer, name="transfer"),
    path("certificates/<int:pk>/parts/", parts.parts, name="parts"),
]
