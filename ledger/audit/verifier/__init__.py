"""The one file that every bundle carries, so that nobody needs this package to check one."""
