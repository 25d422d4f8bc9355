"""The web page."""

import gradio

from .handlers import Handlers

THEME = gradio.themes.Default(
    font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
)
"""With the fonts of the reader's system: none is fetched."""

STYLE = """
#sheet button, #sheet .image-frame { display: block; width: 100%; }
#sheet .image-frame { overflow-x: auto; }
#sheet img { width: 100%; min-width: 760px; }
"""
"""A narrow screen scrolls the row of pictures instead of shrinking it away."""

UNUSED_RESULT_LIVES = 1800  # seconds
STREAM_EVERY = 0.1
"""Seconds between two frames of a camera."""
CAMERAS, CAMERA_SECONDS = 4, 600
"""At a time, and after so long another visitor's turn comes."""
WAITING = 256
"""Requests that wait for their turn; more are refused."""


def build_page(handlers: Handlers) -> gradio.Blocks:
    """Upload or webcam, result, and, with a pre-training model, how it sees the face.

    Args:
        handlers: What the page does.
    """
    with gradio.Blocks(title="MCF", analytics_enabled=False) as page:
        gradio.Markdown("# Faces: landmarks, parts and what a backbone sees")
        result = gradio.State(time_to_live=UNUSED_RESULT_LIVES)
        with gradio.Row():
            with gradio.Column(min_width=280):
                upload = gradio.Image(
                    label="Image",
                    sources=["upload", "webcam", "clipboard"],
                )
                # the handler decodes, for it tells the user what is wrong; a subclass
                # would make Gradio write a file beside this one
                upload.preprocess = _path_of
                summary = gradio.Markdown()
                face = gradio.Dropdown(label="Face to look into", visible=False)
            with gradio.Column(min_width=280, scale=2):
                picture = gradio.Image(
                    label="Result",
                    interactive=False,
                    format="png",
                    buttons=["download", "fullscreen"],
                )
                opacity = gradio.Slider(0, 1, value=0.55, label="Opacity of parts")
                legend = gradio.HTML()
                with gradio.Row():
                    json = gradio.DownloadButton("JSON")
                    png = gradio.DownloadButton("Picture")
        shown = [result, picture, legend, summary, face, json, png]
        analysed = upload.change(
            handlers.analyse, [upload, opacity], shown, api_name="analyse"
        )
        opacity.change(
            handlers.redraw,
            [result, opacity],
            [picture, png],
            api_name=False,
            trigger_mode="always_last",
        )
        if handlers.pretraining is not None:
            _add_pretraining(handlers, result, face, analysed)
        _add_camera(handlers)
    return page.queue(max_size=WAITING)


def _path_of(upload: gradio.data_classes.ImageData | None) -> str | None:
    return None if upload is None else upload.path


def _frame_of(frame: gradio.data_classes.ImageData | None) -> str | None:
    return None if frame is None else frame.url


def _add_camera(handlers: Handlers) -> None:
    with gradio.Accordion("Live camera", open=False), gradio.Row(elem_id="live"):
        camera = gradio.Image(label="Camera", sources=["webcam"], streaming=True)
        camera.preprocess = _frame_of  # a frame is no file, and the handler decodes
        seen = gradio.HTML()  # an image would be a file for each frame
        live = gradio.State(time_to_live=UNUSED_RESULT_LIVES)
    camera.stream(
        handlers.follow,
        [camera, live],
        [seen, live],
        stream_every=STREAM_EVERY,
        time_limit=CAMERA_SECONDS,
        concurrency_limit=CAMERAS,
        show_progress="hidden",
        api_name=False,
    )


def _add_pretraining(
    handlers: Handlers,
    result: gradio.State,
    face: gradio.Dropdown,
    analysed: gradio.events.Dependency,
) -> None:
    with gradio.Tab("Masked reconstruction"):
        with gradio.Row():
            ratio = gradio.Slider(0, 0.95, value=0.75, step=0.05, label="Mask ratio")
            seed = gradio.Slider(0, 99, value=0, step=1, label="Seed of the masks")
        sheet = gradio.Image(
            show_label=False,
            interactive=False,
            format="png",
            buttons=[],
            elem_id="sheet",
        )
    with gradio.Tab("Attention"):
        attention = gradio.Image(
            show_label=False, interactive=False, format="png", buttons=[], height=360
        )
    mask = dict(
        fn=handlers.reconstruct,
        inputs=[result, face, ratio, seed],
        outputs=sheet,
        api_name=False,
    )
    attend = dict(
        fn=handlers.attend, inputs=[result, face], outputs=attention, api_name=False
    )
    for event in (analysed.then, face.input):
        event(**mask)
        event(**attend)
    for slider in (ratio, seed):
        slider.change(**mask, trigger_mode="always_last")
