"""What every layer, loss, optimizer, penalty and schedule must keep to."""
