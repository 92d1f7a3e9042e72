"""What the REST API's parts in the apps have in common; it knows none of them (lianyungang_cdpf/urls.py composes)."""
