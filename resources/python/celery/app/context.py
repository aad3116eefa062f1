"""`Context`: what `self.request` is. Celery: celery/app/task.py (Context)"""


class Context:
    """What is known about this call. A name that this call has no value for reads as its default."""

    _children = None
    _protected = 0
    args = None
    callbacks = None
    called_directly = True
    chain = None
    chord = None
    correlation_id = None
    delivery_info = None
    errbacks = None
    eta = None
    expires = None
    group = None
    group_index = None
    headers = None
    hostname = None
    id = None
    ignore_result = False
    is_eager = False
    kwargs = None
    logfile = None
    loglevel = None
    origin = None
    parent_id = None
    properties = None
    replaced_task_nesting = 0
    reply_to = None
    retries = 0
    root_id = None
    shadow = None
    stamped_headers = None
    stamps = None
    taskset = None
    timelimit = None
    utc = None

    def __init__(self, *args, **kwargs):
        self.update(*args, **kwargs)

    def update(self, *args, **kwargs):
        self.__dict__.update(*args, **kwargs)

    def clear(self):
        self.__dict__.clear()

    def get(self, key, default=None):
        return getattr(self, key, default)

    def __getattr__(self, name):
        # As Celery: the header `task` and others appear only on a real message.
        raise AttributeError(f"'Context' object has no attribute {name!r}")

    def __repr__(self):
        return f'<Context: {vars(self)!r}>'

    @property
    def children(self):
        if self._children is None:
            self._children = []
        return self._children

    def as_execution_options(self):
        hard, soft = self.timelimit or (None, None)
        options = {
            'task_id': self.id, 'root_id': self.root_id, 'parent_id': self.parent_id, 'group_id': self.group,
            'group_index': self.group_index, 'shadow': self.shadow, 'chord': self.chord, 'chain': self.chain,
            'link': self.callbacks, 'link_error': self.errbacks, 'expires': self.expires, 'soft_time_limit': soft,
            'time_limit': hard, 'headers': self.headers, 'retries': self.retries, 'reply_to': self.reply_to,
            'replaced_task_nesting': self.replaced_task_nesting, 'origin': self.origin,
        }  # fmt: skip
        if self.stamps is not None and self.stamped_headers is not None:
            options.update(self.stamps, stamped_headers=self.stamped_headers)
        return options
