"""Services that call a function and judge its answer: Step Functions, Data Firehose, S3 Batch Operations and others."""
