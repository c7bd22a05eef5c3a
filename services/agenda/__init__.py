"""The common agenda, backbone support, continuous communication, and the learning cycle."""
