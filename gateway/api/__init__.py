"""What the gateway answers: its read models' questions, the log, and the door to the services."""
