"""Mail to the people who work here, by way of an outbox.

Whatever happens writes notices (`outbox.tell`) in its own transaction. `manage.py send_mail_due` makes mail of them
afterwards, at once or once a day as each person chose. So no page waits for a mail server, nothing is sent of what was rolled
back, and nothing is lost while the server is away (docs/decisions/0032-mail.md).
"""
