"""self.retry() and autoretry_for."""
from celery.exceptions import MaxRetriesExceededError

from conformance import feature, raised_by, until, value_of


@feature('retries: self.retry() runs the task again under the same id')
def again(app, tasks):
    result = tasks.second_try.delay()
    assert value_of(result) == [1, result.id, result.id, 'celery']


@feature('retries: while it waits, the state is RETRY with the exception')
def state(app, tasks):
    result = tasks.second_try.delay(countdown=2)
    until('it is in RETRY', lambda: result.state == 'RETRY')
    assert type(result.result) is ValueError and result.result.args == ('try 0',)
    assert result.traceback.startswith('Traceback')
    assert value_of(result)[0] == 1


@feature('retries: past max_retries MaxRetriesExceededError is raised')
def max_retries(app, tasks):
    result = tasks.always_retry.delay()
    error = raised_by(result)
    assert type(error) is MaxRetriesExceededError
    assert str(error) == f"Can't retry tasks.always_retry[{result.id}] args:() kwargs:{{}}", error


@feature('retries: past max_retries the exc= that was given is raised')
def max_retries_exc(app, tasks):
    error = raised_by(tasks.always_retry_with.delay('given'))
    assert type(error) is ValueError and error.args == ('given',)


@feature('retries: max_retries=0 fails at once')
def none(app, tasks):
    assert repr(raised_by(tasks.no_retries.delay())) == "ValueError('at once')"


@feature('retries: max_retries= of the call counts')
def own_limit(app, tasks):
    assert value_of(tasks.retry_limit_of_the_call.delay()) == 3


@feature('retries: args= and kwargs= replace those of the call')
def other_args(app, tasks):
    assert value_of(tasks.retry_with_other_args.delay(1)) == [2, 5]


@feature('retries: the retry goes to the queue it came from')
def same_queue(app, tasks):
    assert value_of(tasks.second_try.apply_async(queue='other'))[3] == 'other'


@feature('retries: queue= sends the retry elsewhere')
def other_queue(app, tasks):
    assert value_of(tasks.retry_to_another_queue.delay()) == 'other'


@feature('retries: throw=False lets the task go on')
def no_throw(app, tasks):
    result = tasks.retry_without_raising.delay()
    until('the retry has run', lambda: result.state == 'SUCCESS')


@feature('retries: autoretry_for retries by itself')
def auto(app, tasks):
    assert value_of(tasks.auto.delay()) == 2


@feature('retries: autoretry_for gives up with the last exception')
def auto_gives_up(app, tasks):
    assert repr(raised_by(tasks.auto_gives_up.delay())) == "KeyError('try 1')"


@feature('retries: dont_autoretry_for fails at once')
def auto_but_not_for(app, tasks):
    assert repr(raised_by(tasks.auto_but_not_for.delay())) == "ValueError('not retried')"


@feature('retries: retry_backoff waits before the next try')
def backoff(app, tasks):
    result = tasks.auto_backoff.delay()
    until('it is in RETRY', lambda: result.state == 'RETRY')
    assert value_of(result) == 1
