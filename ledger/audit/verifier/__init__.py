"""The one file that every bundle carries, so that nobody needs this package to check one."""

from hashlib import sha256
from importlib.resources import files


def digest() -> str:
    """The SHA-256 of the verifier, which is published with the key: who has it from elsewhere knows
    that the one in a bundle is no other."""
    return sha256(files(__name__).joinpath("verify.py").read_bytes()).hexdigest()
