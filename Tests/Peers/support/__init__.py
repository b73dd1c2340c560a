"""What the peer tests share: bounded waiting, wire messages, origins, certificates, and the proxy under test."""
