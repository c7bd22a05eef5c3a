"""What lets a stranger check a log: its tree, signed checkpoints, proofs, and who keeps them."""
