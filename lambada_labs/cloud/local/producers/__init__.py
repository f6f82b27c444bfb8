"""Services that send events by themselves: what happens in them, turned into AWS's events and delivered.

moto keeps what these services are made of (buckets, topics, rules); what it would deliver itself is taken
over here. Shapes and matching are pure; only the modules named after a service do anything.
"""
