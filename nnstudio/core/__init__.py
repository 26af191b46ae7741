"""What every other room stands on: error types, declared fields, and the registry of kinds."""
