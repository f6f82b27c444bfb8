"""Runs functions in execution environments of this machine; knows neither boto3 nor moto."""
