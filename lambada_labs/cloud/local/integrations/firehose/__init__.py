"""Data Firehose: records buffered, transformed by a function, delivered to S3."""
