"""The names of billiard that Celery's exceptions come from; processes are the engine's business here."""
