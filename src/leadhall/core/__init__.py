"""What every room stands on: errors, ids, clock, text, SQL loading, connections, the Operation type."""
