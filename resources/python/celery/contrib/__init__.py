"""What Celery offers beside itself. Celery: celery/contrib"""
