"""The brain files that the original TTST program wrote, and the digests that are known of them."""

import gzip
import hashlib

from daemon import ROOT

DIGESTS = {
    "first": "73905926f99ff9159acae37f1bfd2e742b5944826e1e4fcf3d634c96a205b717",
    "second": "b4beed217b39a59d315d7b2d43025a47ccb2f8d75952ef1b05cade1c88ca717d",
}


def content(player):
    """As the original wrote it."""
    return gzip.decompress((ROOT / "tests" / "data" / f"ttst-{player}-20000.pkl.gz").read_bytes())


def digest(weights):
    """SHA-256 over the lines KEY,w0,w1,...,w8 in order of the keys."""
    lines = (",".join([key, *map(str, weights[key])]) + "\n" for key in sorted(weights))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
