"""The Harbour Ledger, an invented news site: its articles, its pages, and a server that records all it says."""
