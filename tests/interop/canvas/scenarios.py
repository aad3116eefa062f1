"""Canvases by name: each is a function without arguments that sends one and answers its result, in plain Celery API."""
from itertools import product

from celery import chain, chord, chunks, group, signature, xmap, xstarmap
from tasks import again, app, body, enlarged, fail, fixed, on_error, pair, replaced, root, t, unkept

#: Operands of `|`, made anew each time. All but the immutable ones take what is before them.
OPERANDS = {
    't': lambda: t.s('t'),
    'i': lambda: fixed.si('i'),
    'c': lambda: t.s('c') | t.s('d'),
    'g': lambda: group(t.s('g'), t.s('h')),
    'g1': lambda: group(t.s('o')),
    'gc': lambda: group(t.s('k') | t.s('l'), t.s('m')),
    'h': lambda: chord([t.s('p'), t.s('q')], body.s('b')),
    'hc': lambda: chord([t.s('v'), t.s('w')], body.s('x') | t.s('y')),
    'x': lambda: xmap(t.s(), ['1', '2']),
}
IN_THREES = ('t', 'c', 'g', 'h')


def joined(names):
    sig = OPERANDS[names[0]]()
    for name in names[1:]:
        sig = sig | OPERANDS[name]()
    return sig


def joins():
    for names in (*product(OPERANDS, repeat=2), *product(IN_THREES, repeat=3)):
        yield ' | '.join(names), lambda names=names: joined(names).apply_async(('>',))
    for names in product(('t', 'g', 'h'), repeat=3):
        yield f'chain({", ".join(names)})', lambda names=names: chain(*(OPERANDS[n]() for n in names)).apply_async(('>',))


def of_x(text):
    """Sent with one argument."""
    return text, lambda: eval(text, globals()).apply_async(('>',))


def sent(text):
    """Sent as it is written."""
    return text, lambda: eval(text, globals())


NESTED = '''
group(group(t.s('a'), t.s('b')), t.s('c'))
group(group(group(t.s('a'))))
group(group(t.s('a'), group(t.s('b'), t.s('c'))), t.s('d'))
group(t.s('a') | group(t.s('b'), t.s('c')), t.s('d'))
group(chord([t.s('a'), t.s('b')], body.s()), t.s('c'))
group(chain(t.s('a'), t.s('b')), chain(t.s('c'), t.s('d')))
group(chain(t.s('a'), group(t.s('b'), t.s('c')), body.s('d')))
chord(group(t.s('a'), t.s('b')), body.s())
chord([group(t.s('a'), t.s('b')), t.s('c')], body.s())
chord([t.s('a') | t.s('b'), t.s('c') | t.s('d')], body.s())
chord([t.s('a') | group(t.s('b'), t.s('c')), t.s('d')], body.s())
chord([chord([t.s('a'), t.s('b')], body.s('c')), t.s('d')], body.s('e'))
chord([chord([t.s('a'), t.s('b')], body.s('c') | t.s('d')), t.s('e')], body.s('f'))
chord([t.s('a')], body.s())
chord([t.s('a'), t.s('b')], chain(body.s('c'), t.s('d'), t.s('e')))
chord([t.s('a'), t.s('b')], group(body.s('c'), body.s('d')))
chord([t.s('a'), t.s('b')], chord([body.s('c'), body.s('d')], body.s('e')))
chord([t.s('a'), t.s('b')], body.s('c') | group(t.s('d'), t.s('e')))
chord([again.s('a'), t.s('b')], body.s())
chain(t.s('a'), chord([t.s('b'), t.s('c')], body.s('d')), t.s('e'), chord([t.s('f'), t.s('g')], body.s('h')))
chain(group(t.s('a'), t.s('b')), group(t.s('c'), t.s('d')), group(t.s('e'), t.s('f')))
chain(t.s('a'), chain(t.s('b'), chain(t.s('c'), t.s('d'))))
chain(chain(t.s('a'), group(t.s('b'), t.s('c'))), body.s('d'))
chain(again.s('a'), again.s('b'))
chain(t.s('a'), group(again.s('b'), t.s('c')), body.s('d'))
chain(unkept.s('a'), t.s('b'))
chain(t.s('a'), unkept.s('b'))
chain(t.s('a'))
chain(group(t.s('a'), t.s('b')))
chain([t.s('a'), t.s('b')])
group([t.s('a'), t.s('b')])
group(t.s(str(n)) for n in range(5))
chord((t.s(str(n)) for n in range(5)), body.s())
chain(root.s(), t.si('x', 'y'))
group(root.s(), t.s('a') | root.s())
chord([root.s(), t.s('a')], body.si('x'))
chain(t.s('a'), group(root.s(), t.s('b')), root.s(), root.s())
chain(t.s('a'), chord([chain(t.s('a'), root.s()), t.s('b')], chain(root.s(), root.s())))
'''

WITH_OPTIONS = '''
t.s('>', 'a').apply_async()
t.s('a', k=1).apply_async(('>',), {'j': 2})
t.s('a', k=1).apply_async(('>',), {'k': 2})
t.si('>', 'a').apply_async(('no',), {'k': 2})
t.s('a').clone(('>',), {'k': 1}).delay()
t.s('a').clone().set(countdown=0.01).apply_async(('>',))
t.s('>', 'a').replace(args=('>', 'b'), kwargs={'k': 3}).delay()
t.s('>').set(immutable=True).delay('no')
t.s('>', 'a').set(task_id='of-its-own').delay()
(t.s('>', 'a') | t.s('b')).set(task_id='of-the-chain').delay()
(t.s('>', 'a') | t.s('b')).apply_async(task_id='of-the-chain-call')
group(t.s('>', 'a'), t.s('>', 'b')).apply_async(task_id='of-the-group')
chord([t.s('>', 'a'), t.s('>', 'b')], body.s()).apply_async(task_id='of-the-body')
chord([t.s('>', 'a'), t.s('>', 'b')])(body.s())
chord([t.s('>', 'a'), t.s('>', 'b')]).apply_async((), {'body': body.s('c')})
group(t.s('a'), t.s('b'))('>')
(t.s('a') | t.s('b'))('>')
chord([t.s('a'), t.s('b')], body.s()).apply_async(('>',))
chord([t.s('a'), t.s('b')], body.s('c')).apply_async(('>',), {'k': 1})
group(t.s('a'), t.s('b')).apply_async(('>',), {'k': 1})
(t.s('a') | t.s('b')).apply_async(('>',), {'k': 1})
chain(t.s('>', 'a'), t.s('b'), t.s('c')).clone().delay()
group(t.s('a'), t.s('b')).clone(('>',)).delay()
chord([t.s('a'), t.s('b')], body.s()).clone(('>',)).delay()
signature(dict(chain(t.s('>', 'a'), t.s('b')))).delay()
signature(dict(group(t.s('>', 'a'), t.s('>', 'b')))).delay()
signature(dict(chord([t.s('>', 'a'), t.s('>', 'b')], body.s()))).delay()
app.signature('tasks.t', args=('>', 'by name')).delay()
(app.signature('tasks.t', args=('>', 'by name')) | app.signature('tasks.t', args=('too',))).delay()
app.signature('tasks.unknown').delay()
t.chunks([('a',), ('b',), ('c',)], 2).apply_async()
t.chunks([('a',), ('b',), ('c',)], 2).group().delay()
t.chunks([('a', '1'), ('b', '2')], 1)()
t.map(['a', 'b']).delay()
t.starmap([('a', '1'), ('b', '2')]).delay()
(t.map(['a', 'b']) | body.s()).delay()
(t.s('>', 'a') | t.map(['b'])).delay()
chord([t.map(['a']), t.starmap([('b', 'c')])], body.s()).delay()
(t.chunks([('a',), ('b',), ('c',)], 2).group() | body.s()).delay()
group(t.s('>', 'a'), t.s('>', 'b')).skew(start=0, step=0.01).delay()
group([]).apply_async()
chain().apply_async()
chord([], body.s()).apply_async()
(t.s('>', 'a') | group([])).apply_async()
group(t.s('>', 'a')).set(priority=3).delay()
chain(pair.s('>', 'a'), pair.s('b')).delay()
group(pair.s('b'), pair.s('c')).delay('>')
chain(t.s('>', 'a'), pair.s(y='b')).delay()
app.send_task('tasks.t', ('>', 'a'), chain=[t.s('c'), t.s('b')])
t.apply_async(('>', 'a'), link=t.s('b'), link_error=on_error.s())
'''

LINKS = {'t': "t.s('L')", 'i': "fixed.si('L')", 'c': "(t.s('L') | t.s('M'))", 'g': "group(t.s('L'), t.s('M'))",
         'h': "chord([t.s('L'), t.s('M')], body.s('N'))", 'two': "[t.s('L'), t.s('M')]"}  # fmt: skip
LINKED = {'t': "t.s('>', 'a')", 'c': "(t.s('>', 'a') | t.s('b'))", 'h': "chord([t.s('>', 'a'), t.s('>', 'b')], body.s())"}
FAILING = {
    't': "fail.s('>')",
    'c, first': "(fail.s('>') | t.s('b') | t.s('c'))",
    'c, middle': "(t.s('>', 'a') | fail.s() | t.s('c'))",
    'c, last': "(t.s('>', 'a') | t.s('b') | fail.s())",
    'g': "group(t.s('>', 'a'), fail.s('>'))",
    'h, header': "chord([t.s('>', 'a'), fail.s('>')], body.s())",
    'h, body': "chord([t.s('>', 'a'), t.s('>', 'b')], fail.s())",
    'h, chain in the header': "chord([t.s('>', 'a') | fail.s(), t.s('>', 'b')], body.s())",
    'h, first of a chain in the header': "chord([fail.s('>') | t.s('a'), t.s('>', 'b')], body.s())",
    'h, with a chain as body': "chord([t.s('>', 'a'), fail.s('>')], body.s('c') | t.s('d'))",
    'h, in its chain body': "chord([t.s('>', 'a'), t.s('>', 'b')], body.s('c') | fail.s() | t.s('d'))",
    'c, then a chord': "(fail.s('>') | group(t.s('a'), t.s('b')) | body.s())",
    'c, in its chord': "(t.s('>', 'a') | group(t.s('b'), fail.s()) | body.s() | t.s('c'))",
    'c, after its chord': "(t.s('>', 'a') | group(t.s('b'), t.s('c')) | body.s() | fail.s())",
    'h, chord in the header': "chord([chord([fail.s('>'), t.s('>', 'a')], body.s('b')), t.s('>', 'c')], body.s('d'))",
    'h, group in the header': "chord([group(t.s('>', 'a'), fail.s('>')), t.s('>', 'b')], body.s())",
    'g, chain': "group(t.s('>', 'a') | fail.s() | t.s('b'), t.s('>', 'c'))",
    'h, unknown task in the header': "chord([t.s('>', 'a'), app.signature('tasks.unknown')], body.s())",
    'h, unknown body': "chord([t.s('>', 'a'), t.s('>', 'b')], app.signature('tasks.unknown'))",
    'c, unknown': "(t.s('>', 'a') | app.signature('tasks.unknown') | t.s('b'))",
    'h, expired in the header': "chord([t.s('>', 'a'), t.s('>', 'b').set(expires=-1)], body.s())",
}  # fmt: skip


def linked(sig, link):
    for one in link if isinstance(link, list) else [link]:
        sig.link(one)
    return sig.apply_async()


def with_links():
    for (of, sig), (by, link) in product(LINKED.items(), LINKS.items()):
        yield f'{of} linked to {by}', lambda sig=sig, link=link: linked(eval(sig), eval(link))
    for of, sig in FAILING.items():
        yield f'fails: {of}', lambda sig=sig: eval(sig).apply_async()
        yield f'fails with an errback: {of}', lambda sig=sig: errback_of(eval(sig)).apply_async()
    for by in ('t', 'c', 'g'):
        yield f'errback {by}', lambda by=by: fail.apply_async(('>',), link_error=eval(ERRBACKS[by]))
    yield 'two errbacks', lambda: fail.s('>').on_error(on_error.s()).on_error(fixed.si('E')).delay()
    yield 'link of a link', lambda: linked(t.s('>', 'a'), t.s('b').set(link=[t.s('c')]))
    yield 'a link that fails, with an errback', lambda: linked(t.s('>', 'a'), fail.s().on_error(on_error.s()))
    yield 'the link of a chain step', lambda: chain(t.s('>', 'a').set(link=[t.s('L')]), t.s('b')).delay()
    yield 'the link of a group member', lambda: group(t.s('>', 'a').set(link=[t.s('L')]), t.s('>', 'b')).delay()
    yield 'the link of a member of a header', lambda: chord([t.s('>', 'a').set(link=[t.s('L')]), t.s('>', 'b')], body.s()).delay()


ERRBACKS = {'t': 'on_error.s()', 'c': "(on_error.s() | t.s('after'))", 'g': "group(on_error.s(), on_error.s())"}


def errback_of(sig):
    sig.link_error(on_error.s())
    return sig


def with_replaced():
    for kind in ('t', 'c', 'g', 'h', 'f', 'cg', 'gc'):
        made = f'replaced.s({{}}kind={kind!r})'
        first, later = made.format("'>', "), made.format('')
        places = {
            'alone': first,
            'first of a chain': f"({first} | t.s('z'))",
            'in a chain': f"(t.s('>', 'a') | {later} | t.s('z'))",
            'last of a chain': f"(t.s('>', 'a') | {later})",
            'in a group': f"group(t.s('>', 'a'), {first})",
            'in a header': f"chord([t.s('>', 'a'), {first}], body.s())",
            'as a body': f"chord([t.s('>', 'a'), t.s('>', 'b')], {later})",
            'with a link': f"{first}.set(link=[t.s('L')])",
            'with an errback': f"{first}.set(link_error=[on_error.s()])",
        }
        for place, sig in places.items():
            yield f'replaced by {kind}, {place}', lambda sig=sig: eval(sig).apply_async()
    yield 'a header that grows', lambda: chord([t.s('>', 'a'), enlarged.s('>')], body.s()).delay()


def scenarios():
    yield from joins()
    yield from map(of_x, NESTED.strip().splitlines())
    yield from map(sent, WITH_OPTIONS.strip().splitlines())
    yield from with_links()
    yield from with_replaced()
