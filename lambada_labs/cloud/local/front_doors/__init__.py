"""Doors that a request over plain HTTP goes through: API Gateway (REST and HTTP APIs) and load balancers."""
