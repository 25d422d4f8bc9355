"""Faces over HTTP; needs Ray Serve (``requirements/serve.txt``)."""
