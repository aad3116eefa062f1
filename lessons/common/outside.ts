/** The world outside of Harbour: its mail server, and the hall's seat-map service, which is somebody else's computer. */

import nodemailer from 'nodemailer'

/** The outside did not work: no connection, no answer in time, or one such as 503 or 429. Later it may. */
export class OutsideError extends Error {}

/** Hands one mail to the mail server. Two mails with the same key are about the same thing: a double. */
export async function sendMail(to: string, subject: string, text = '', key: string | number | null = null) {
  const server = nodemailer.createTransport({ host: process.env.MAIL_HOST, port: Number(process.env.MAIL_PORT) })
  const headers = key === null ? {} : { 'X-Order-Id': String(key) }
  const mail = { from: 'tickets@harbour.example', to, subject, headers, text: text || subject }
  await server.sendMail(mail).catch(outside)
}

/**
 * Asks the hall. An answer such as 503 or 429 is an OutsideError; so is silence, after 2 seconds, or as many as are said.
 * With a signal instead it is the signal that ends the call, with its own error; with null nothing does.
 */
export async function freeSeats(event: string, until: number | AbortSignal | null = 2): Promise<readonly string[]> {
  const url = `${process.env.API_URL}/seats/${encodeURIComponent(event.trim())}`
  const signal = typeof until === 'number' ? AbortSignal.timeout(until * 1000) : until
  const answer = await fetch(url, { signal }).catch((error) => {
    if (until instanceof AbortSignal) until.throwIfAborted()
    return outside(error)
  })
  if (!answer.ok) throw new OutsideError(`the hall answers ${answer.status}`)
  const { free } = await answer.json()
  return free
}

/** fetch() throws a TypeError when nobody answers, as for a mistake in the code; here they are told apart. */
function outside(error: unknown): never {
  throw new OutsideError(String(error))
}
