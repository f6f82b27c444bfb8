"""lambada_labs."""
