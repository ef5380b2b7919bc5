"""How what a kernel says reaches the page: at once.

A server sends small messages one after the other, and the system holds each back until the page has confirmed
the one before, which pages put off for 40 ms (Nagle's algorithm and delayed acknowledgements). For a notebook
that is nothing; in a room, every other click answers so much later. Jupyter Server leaves it at that.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter Server's own connection from a page to a kernel, with nothing held back."""

    def connect(self) -> Any:
        """Begin to pass messages on."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
