"""For those who start gunicorn themselves; `avrop serve` uses the same values.

gunicorn --config docker/gunicorn.conf.py --bind 127.0.0.1:8000 'ledger.web:create_app()'
"""

import os

from ledger.web.server import settings

# What is made is its owner's alone, as `avrop` itself has it.
os.umask(0o077)
globals().update(settings(os.environ.get("AVROP_DATABASE", ""), os.environ))
