"""The ipywidgets control room."""
