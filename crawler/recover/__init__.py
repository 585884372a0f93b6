"""A lost, damaged or foreign ledger, made again from the WARCs."""

from crawler.recover.recover import UNKNOWN, Recovered, recover

__all__ = ["UNKNOWN", "Recovered", "recover"]
