"""Cognito: user pools that ask functions at sign-up and sign-in."""
