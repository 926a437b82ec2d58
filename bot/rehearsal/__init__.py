"""rehearsal: scripts of what people do, and the nudges that must follow (product.md 6)."""
