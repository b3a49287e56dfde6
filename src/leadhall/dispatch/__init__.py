"""From the outbox to the wires: events fan out into deliveries, and each is tried until it is through or given up."""
