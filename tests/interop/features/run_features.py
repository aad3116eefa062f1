"""Runs features in order and tells each outcome in one line of JSON. CONFORMANCE_PAIRING names the pairing,
CONFORMANCE_SKIP how many features another run has done already."""
import importlib
import json
import os
import sys
import time
import traceback

import conformance
import tasks

AREAS = (
    'calling_features', 'result_features', 'state_features', 'retry_features', 'ack_features', 'limit_features',
    'eta_features', 'routing_features', 'control_features', 'canvas_features',
)  # fmt: skip

MARK = '@@feature '


def tell(**said):
    sys.stdout.write(MARK + json.dumps(said) + '\n')
    sys.stdout.flush()


def run(feature, pairing):
    reason = feature.not_for.get(pairing.replace('-', '_'))
    if reason is not None:
        return {'outcome': f'n/a: {reason}'}
    try:
        feature.check(tasks.app, tasks)
    except Exception:
        return {'outcome': 'fail', 'traceback': traceback.format_exc()}
    return {'outcome': 'pass'}


def main():
    for area in AREAS:
        importlib.import_module(area)
    pairing = os.environ['CONFORMANCE_PAIRING']
    only = os.environ.get('CONFORMANCE_ONLY', '')
    tell(kind='features', names=[feature.name for feature in conformance.FEATURES])
    for at, feature in enumerate(conformance.FEATURES):
        if at < int(os.environ.get('CONFORMANCE_SKIP', '0')) or only not in feature.name:
            continue
        tell(kind='begin', at=at, name=feature.name)
        begun = time.monotonic()
        outcome = run(feature, pairing)
        tell(kind='end', at=at, name=feature.name, seconds=time.monotonic() - begun, **outcome)
    tell(kind='done')


main()
