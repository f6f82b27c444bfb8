"""Step Functions: moto's state machines, made to call this cloud's functions as their role."""
