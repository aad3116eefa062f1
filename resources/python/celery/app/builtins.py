"""The tasks every app has: `celery.map`, `celery.accumulate` and the others. Celery: celery/app/builtins.py"""


def add_to(app):
    """Their names are what messages carry; `inspect registered` leaves them out."""
    from celery.canvas import chord, chunks, group, maybe_signature, signature
    from celery.result import GroupResult, allow_join_result, result_from_tuple

    def task(name, **options):
        return app.task(name=name, **options)

    @task('celery.backend_cleanup')
    def backend_cleanup():
        """Redis forgets expired results by itself: nothing is left to do, as in Celery."""

    @task('celery.accumulate', bind=True)
    def accumulate(self, *args, **kwargs):
        index = kwargs.get('index')
        return args[index] if index is not None else args

    @task('celery.map')
    def xmap(task, it):
        call = signature(task, app=app).type
        return [call(item) for item in it]

    @task('celery.starmap')
    def xstarmap(task, it):
        call = signature(task, app=app).type
        return [call(*item) for item in it]

    @task('celery.chunks')
    def chunks_task(task, it, n):
        return chunks.apply_chunks(maybe_signature(task, app=app), it, n, app=app)

    @task('celery.chain')
    def chain(*args, **kwargs):
        raise NotImplementedError('chain is not a real task')

    @task('celery.group', bind=True)
    def group_task(self, tasks, result, group_id, partial_args, add_to_parent=True):
        members = [maybe_signature(member, app=app).clone(partial_args) for member in tasks]
        group(members, app=app).apply_async(task_id=group_id, add_to_parent=add_to_parent)
        return result

    @task('celery.chord', bind=True)
    def chord_task(self, header, body, partial_args=(), interval=None, countdown=1, max_retries=None, eager=False, **kwargs):
        return chord(header, body, app=app).apply_async(partial_args).as_tuple()

    @task('celery.chord_unlock', bind=True, max_retries=None, default_retry_delay=1, ignore_result=True)
    def unlock_chord(self, group_id, callback, interval=None, max_retries=None, result=None, **kwargs):
        """Sent by callers whose result backend cannot count; ours can."""
        header = GroupResult(group_id, [result_from_tuple(member, app) for member in result], app=app)
        if not header.ready():
            countdown = self.default_retry_delay if interval is None else interval
            raise self.retry(countdown=countdown, max_retries=max_retries)
        with allow_join_result():
            maybe_signature(callback, app=app).delay(header.get())
