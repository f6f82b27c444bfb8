"""SES: mails received by receipt rules."""
