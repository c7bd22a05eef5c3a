"""What happens here when something happens in another service."""
