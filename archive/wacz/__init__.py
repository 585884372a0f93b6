"""WACZ 1.1.1: a collection packed into one file that others can check, sign and replay; and that check."""

from archive.wacz.checking import check_package, check_wacz
from archive.wacz.codes import CODES
from archive.wacz.contents import Contents, choose_contents
from archive.wacz.parts import Part, one_part, parts_by_size, parts_by_year
from archive.wacz.reading import stored_warcs
from archive.wacz.signature import PrivateKey, PublicKey, load_private_key, load_public_key
from archive.wacz.weights import weight_of_every, weights_of
from archive.wacz.writing import Label, Packed, Packer, target_of

__all__ = [
    "CODES",
    "Contents",
    "Label",
    "Packed",
    "Packer",
    "Part",
    "PrivateKey",
    "PublicKey",
    "check_package",
    "check_wacz",
    "choose_contents",
    "load_private_key",
    "load_public_key",
    "one_part",
    "parts_by_size",
    "parts_by_year",
    "stored_warcs",
    "target_of",
    "weight_of_every",
    "weights_of",
]
