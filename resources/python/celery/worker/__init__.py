"""The worker is written in TypeScript here; this is what its control commands are made with and may see. Celery: celery/worker"""
