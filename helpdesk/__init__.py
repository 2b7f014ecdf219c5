"""Helpdesk: customer service on WhatsApp, self-hosted."""

__version__ = "0.1.0"
