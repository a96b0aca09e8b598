"""Headers of the PROXY protocol, as its text (versions 1 and 2) has them."""

import ipaddress
import struct

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21


def version_1(source, destination, source_port, destination_port):
    family = "TCP6" if ":" in source else "TCP4"
    return f"PROXY {family} {source} {destination} {source_port} {destination_port}\r\n".encode()


def version_2(source, destination, source_port, destination_port, extensions=b"", command=PROXY):
    """`extensions` are TLVs, which a server may skip."""
    addresses = [ipaddress.ip_address(address) for address in (source, destination)]
    family = 0x21 if addresses[0].version == 6 else 0x11
    block = b"".join(address.packed for address in addresses) + struct.pack("!HH", source_port, destination_port)
    return SIGNATURE + struct.pack("!BBH", command, family, len(block + extensions)) + block + extensions


def version_2_local(length=0):
    """A health check of the proxy's own: the connection's real addresses count."""
    return SIGNATURE + struct.pack("!BBH", LOCAL, 0x00, length) + bytes(length)
