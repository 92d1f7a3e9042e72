#!/usr/bin/env python
"""Run a management command of the portal; bin/manage does so in the project's own environment."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianyungang_cdpf.settings")
    execute_from_command_line(sys.argv)
