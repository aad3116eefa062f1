"""The world outside of Harbour: its mail server, and the hall's seat-map service, which is somebody else's computer."""

import json
import os
import smtplib
from email.message import EmailMessage
from urllib.parse import quote
from urllib.request import urlopen


def send_mail(to, subject, text='', key=None):
    """Hands one mail to the mail server. Two mails with the same key are about the same thing: a double."""
    message = EmailMessage()
    message['From'] = 'tickets@harbour.example'
    message['To'] = to
    message['Subject'] = subject
    if key is not None:
        message['X-Order-Id'] = str(key)
    message.set_content(text or subject)
    with smtplib.SMTP(os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT'])) as server:
        server.send_message(message)


def free_seats(event, timeout=2):
    """Asks the hall. An answer such as 503 or 429 raises HTTPError, which is an OSError; so does silence."""
    with urlopen(f"{os.environ['API_URL']}/seats/{quote(event)}", timeout=timeout) as answer:
        return json.load(answer)['free']
