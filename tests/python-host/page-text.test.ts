import { expect, test } from 'vitest'
import { pageText } from '../../src-main/python-host/page-text.js'

const said = (type: string, body: string): string | null =>
  pageText([['Content-Type', type]], new TextEncoder().encode(body))

test('a page says what is between its tags, and not what is in its head, scripts and styles', () => {
  const html = `<!doctype html><head><title>Order 7</title><meta http-equiv="refresh" content="1"></head>
    <style>p { color: red }</style><p>Order <b>7</b>: done &amp; paid</p><script>alert(1)</script>`
  expect(said('text/html; charset=utf-8', html)).toBe('Order 7 : done & paid')
})

test('plain text and JSON say themselves, and a picture says nothing', () => {
  expect(said('text/plain', 'Order 7\nis done')).toBe('Order 7 is done')
  expect(said('application/json', '{"state": "done"}')).toBe('{"state": "done"}')
  expect(said('image/png', 'done')).toBeNull()
  expect(pageText([], new Uint8Array(3))).toBeNull()
})

test('of a long page the beginning is kept', () => {
  expect(said('text/plain', 'x'.repeat(100_000))).toHaveLength(300)
})
