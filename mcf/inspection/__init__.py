"""Pictures for people: faces of a test set, reconstructions, masks."""
