"""Export: trained weights and models in the formats of others."""
