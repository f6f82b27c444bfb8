"""AWS Config: rules that have functions judge resources."""
