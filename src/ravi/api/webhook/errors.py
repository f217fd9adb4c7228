"""Why an act on an address of a webhook is refused."""


class WebhookRefused(Exception):
    """Its text is a sentence for the person who asked; nothing has changed."""
