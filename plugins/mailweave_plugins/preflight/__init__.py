"""Checks of all that a run by SMTP needs, before it: server, TLS, login, sender, DNS records, disk."""
