"""The numbers of a person that can be shown whole, for a page that lies in a lower layer."""

from django import template

from lianyungang_cdpf.pages.reveals.catalogue import numbers_of

register = template.Library()


@register.simple_tag
def numbers_on_file(person):
    """The numbers, masked, each with the address of the page that asks why."""
    return list(numbers_of(person))
