"""Builds price books from AWS's bulk Price List files."""
