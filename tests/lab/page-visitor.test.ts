/** The visitor without eyes, at a small web server of the test's own. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PageVisitor, readRefresh } from '../../src-main/lab/page-visitor.js'
import { waitFor } from '../support/wait-for.js'

let server: Server
let port = 0
let asked: string[] = []
let pages: Record<string, { status?: number; headers?: Record<string, string>; html?: string }> = {}

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    const line = `${request.method ?? ''} ${request.url ?? ''}`
    asked.push(line)
    const { status = 200, headers = {}, html = '' } = pages[line] ?? { status: 404 }
    response.writeHead(status, headers).end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const refreshing = (content: string): { html: string } => ({ html: `<meta http-equiv="refresh" content="${content}">` })

test('a form that was sent leads to the page it names, which is loaded again for as long as it asks', async () => {
  pages = {
    'POST /jobs': { status: 303, headers: { location: '/jobs/7' } },
    'GET /jobs/7': refreshing('0.02'),
  }
  const visitor = new PageVisitor()
  expect(await visitor.visit({ port, path: '/jobs', method: 'POST' })).toEqual({ ok: true, value: null })
  await waitFor('three loads', () => asked.length >= 4 || undefined, { timeoutSeconds: 10 })
  expect(asked.slice(0, 3)).toEqual(['POST /jobs', 'GET /jobs/7', 'GET /jobs/7'])

  pages = { 'GET /jobs/7': { html: 'done' }, 'GET /last': { html: '' } }
  const before = asked.length
  await waitFor('the last load', () => asked.length > before || undefined, { timeoutSeconds: 10 })
  const after = asked.length
  await visitor.visit({ port, path: '/last', method: 'GET' })
  expect(asked.slice(after)).toEqual(['GET /last'])
})

test('whoever leaves, or goes elsewhere, does not load the page again', async () => {
  pages = { 'GET /jobs/7': refreshing('0.05'), 'GET /next': refreshing('0.02') }
  const visitor = new PageVisitor()
  await visitor.visit({ port, path: '/jobs/7', method: 'GET' })
  await visitor.visit({ port, path: '/next', method: 'GET' })
  await waitFor('eight loads of the other page', () => asked.length >= 9 || undefined, { timeoutSeconds: 10 })
  visitor.leave()
  expect(asked.filter((line) => line === 'GET /jobs/7')).toHaveLength(1)
})

test('where pages are shown, nothing is loaded from here but the form', async () => {
  pages = { 'POST /jobs': { status: 303, headers: { location: '/jobs/7' } } }
  const shown: string[] = []
  const visitor = new PageVisitor()
  visitor.showWith((path) => shown.push(path))
  await visitor.visit({ port, path: '/', method: 'GET' })
  await visitor.visit({ port, path: '/jobs', method: 'POST' })
  expect(shown).toEqual(['/', '/jobs/7'])
  expect(asked).toEqual(['POST /jobs'])
})

test('a redirect out of the web app is not followed', async () => {
  pages = { 'GET /': { status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' } } }
  const visitor = new PageVisitor()
  expect(await visitor.visit({ port, path: '/', method: 'GET' })).toEqual({ ok: true, value: null })
  expect(asked).toEqual(['GET /'])
})

test('a web app that does not answer is a problem that says so', async () => {
  const reply = await new PageVisitor().visit({ port: 1, path: '/', method: 'GET' })
  expect(reply).toMatchObject({ ok: false, problem: { code: 'page-unanswered' } })
})

test('what a page asks for is read from “2”, “2; url=/x” and nothing else', () => {
  expect(readRefresh('2', port)).toEqual({ seconds: 2, path: null })
  expect(readRefresh('0.5; url=/x?y=1', port)).toEqual({ seconds: 0.5, path: '/x?y=1' })
  expect(readRefresh('soon', port)).toBeNull()
  expect(readRefresh(undefined, port)).toBeNull()
})
