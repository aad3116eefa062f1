/** A message is taken apart into pieces that hold exactly what was sent, whatever was sent. */
import { expect, it } from 'vitest'
import { decodeMessage } from '../../src-main/record/decode-message.js'
import { SeenMessages } from '../../src-main/record/seen-messages.js'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function envelope(body: string, change: { readonly contentType?: string; readonly headers?: string } = {}): string {
  const headers = change.headers ?? '{"lang": "py", "task": "tasks.send_confirmation", "id": "id-1", "eta": null}'
  const properties =
    '{"correlation_id": "id-1", "delivery_info": {"exchange": "", "routing_key": "celery"}, "body_encoding": "base64", "delivery_tag": "tag-1"}'
  return `{"body": "${base64(body)}", "content-encoding": "utf-8", "content-type": "${change.contentType ?? 'application/json'}", "headers": ${headers}, "properties": ${properties}}`
}

it('headers, properties and the three parts of the body of protocol 2, with every digit', () => {
  const view = decodeMessage('tag-1', envelope('[[12345678901234567890, "ada"], {"a": NaN}, {"chain": null}]'))
  expect(view?.headers.map(({ path, text }) => [path, text])).toEqual([
    ['headers.lang', '"py"'],
    ['headers.task', '"tasks.send_confirmation"'],
    ['headers.id', '"id-1"'],
    ['headers.eta', 'null'],
  ])
  expect(view?.body).toEqual([
    { path: 'body.args', name: 'args', text: '[12345678901234567890, "ada"]' },
    { path: 'body.kwargs', name: 'kwargs', text: '{"a": NaN}' },
    { path: 'body.embed', name: 'embed', text: '{"chain": null}' },
  ])
  expect(view?.properties.find(({ name }) => name === 'delivery_info')?.text).toBe(
    '{"exchange": "", "routing_key": "celery"}',
  )
  expect(view).toMatchObject({ deliveryTag: 'tag-1', contentType: 'application/json' })
})

it('protocol 1 has its names in the body', () => {
  const view = decodeMessage('t', envelope('{"task": "tasks.add", "id": "i", "args": [1, 2]}', { headers: '{}' }))
  expect(view?.body.map(({ path, text }) => [path, text])).toEqual([
    ['body.task', '"tasks.add"'],
    ['body.id', '"i"'],
    ['body.args', '[1, 2]'],
  ])
})

it.each([
  ['another content type', envelope('anything', { contentType: 'application/x-python-serialize' })],
  ['a compressed body', envelope('xyz', { headers: '{"task": "t", "id": "i", "compression": "application/x-gzip"}' })],
  ['text that is no JSON', envelope('not json')],
])('%s is shown as it was sent', (_what, text) => {
  expect(decodeMessage('t', text)?.body.map(({ path }) => path)).toEqual(['body.raw'])
})

it('what is no envelope is no message, and a long piece is cut', () => {
  expect(decodeMessage('t', 'not json')).toBeNull()
  expect(decodeMessage('t', '{"headers": {}}')).toBeNull()
  const long = decodeMessage('t', envelope(`[["${'x'.repeat(5000)}"], {}, {}]`))
  expect(long?.body[0]?.text).toHaveLength(2000)
})

it('envelopes are kept up to a limit, the oldest go first, and very long ones are not kept', () => {
  const seen = new SeenMessages()
  seen.see('small', envelope('[[], {}, {}]'))
  seen.see('huge', envelope(`[["${'x'.repeat(400_000)}"], {}, {}]`))
  expect(seen.open('small')?.deliveryTag).toBe('small')
  expect(seen.open('huge')).toBeNull()
  const big = envelope(`[["${'x'.repeat(200_000)}"], {}, {}]`)
  for (let number = 1; number <= 40; number += 1) seen.see(`big-${number}`, big)
  expect(seen.open('small')).toBeNull()
  expect(seen.open('big-1')).toBeNull()
  expect(seen.open('big-40')?.deliveryTag).toBe('big-40')
  seen.forget()
  expect(seen.open('big-40')).toBeNull()
})
