"""S3 Batch Operations: jobs of S3's control API, their tasks, their reports."""
