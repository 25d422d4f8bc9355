"""Web page over the inferencer; needs Gradio (``requirements/webui.txt``)."""
