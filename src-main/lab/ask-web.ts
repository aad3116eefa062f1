/** One request to the learner's web app, on a connection of its own. A 500 is an answer; what rejects had none. */
import { request, type IncomingHttpHeaders } from 'node:http'

/** As long as a patient visitor waits. */
const ANSWER_WITHIN_MS = 120_000

export interface WebRequest {
  readonly port: number
  readonly path: string
  readonly method: 'GET' | 'POST'
}

export interface WebAnswer {
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export function askWeb({ port, path, method }: WebRequest): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close', ...(method === 'POST' ? { 'content-length': 0 } : {}) }
    const asked = request({ host: '127.0.0.1', port, path, method, agent: false, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }))
    })
    asked.setTimeout(ANSWER_WITHIN_MS, () =>
      asked.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} seconds`)),
    )
    asked.on('error', reject)
    asked.end()
  })
}
