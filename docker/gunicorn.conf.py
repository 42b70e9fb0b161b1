"""For those who start gunicorn themselves; `avrop serve` uses the same values.

gunicorn --config docker/gunicorn.conf.py --bind 127.0.0.1:8000 'ledger.web:create_app()'
"""

import os

from ledger.web.server import settings, usable_cpus

globals().update(settings(os.environ.get("AVROP_DATABASE", ""), usable_cpus(), os.environ))
