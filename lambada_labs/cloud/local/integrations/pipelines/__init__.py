"""CodePipeline: executions whose Lambda actions wait for the function's word."""
