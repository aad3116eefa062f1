"""What real Celery's classes have and ours do not, by module and class: asked for, each says its name.

Mostly parts of Celery that here are the engine's: connections, the result backend's object, the worker and its programs.
"""

OF_CLASSES = {
    'celery.app.base': {
        'Celery': """
            Beat IS_WINDOWS IS_macOS Pickler SYSTEM WorkController Worker amqp amqp_cls backend backend_cls
            broker_connection bugreport builtin_fixups clock config_from_cmdline connection connection_for_read
            connection_for_write connection_or_acquire default_connection default_producer events events_cls fixups
            loader loader_cls log_cls on_after_fork pool producer_or_acquire producer_pool select_queues
            setup_security start steps subclass_with_self thread_oid use_fast_trace_task user_options worker_main
        """,
    },
    'celery.app.task': {
        'Task': 'Request Strategy backend from_config request_stack send_event start_strategy',
    },
    'celery.app.control': {'Control': 'Mailbox mailbox'},
    'celery.result.async_result': {'AsyncResult': 'backend'},
    'celery.result.group_result': {'ResultSet': 'backend iter_native', 'GroupResult': 'backend iter_native'},
    'celery.canvas.signatures': {'Signature': 'election'},
    'celery.canvas.chains': {'_chain': 'prepare_steps run'},
    'celery.canvas.chords': {'_chord': 'run'},
    'celery.app.settings': {'Settings': 'bind_to find_option fromkeys find_value_for_key key_t maps swap_with'},
    'redis.client': {
        'Redis': """
            bitcount blmove config_get evalsha expiretime geoadd info lmove lock monitor pfadd pfcount pipeline pubsub
            register_script scan scan_iter script_load sort transaction watch xack xadd xgroup_create xlen xrange
            xread xreadgroup zpopmax zpopmin zrevrangebyscore
        """,
    },
}
