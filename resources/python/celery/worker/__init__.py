"""The worker is written in TypeScript here: what of it task modules name says so. Celery: celery/worker"""
