"""The ledger: the one place where work becomes done."""
