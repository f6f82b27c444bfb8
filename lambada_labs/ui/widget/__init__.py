"""The widgets, one module each; importing one imports ipywidgets, so `live` does it when a widget is made."""
