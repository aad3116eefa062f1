/**
 * The outside world's mail server: a real SMTP server (smtp-server) that accepts every mail after a delay and writes it to the ledger.
 * A client that leaves before its mail was accepted leaves a row marked `refused`: that mail was not delivered.
 */
import type { Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { MailSettings } from '../contract/topology.js'
import { UNKNOWN_CAUSE, oneLine, type Cause, type Ledger } from './ledger.js'
import type { HeldMails } from './held-mails.js'
import { TwoDoors, type DoorPorts } from './two-doors.js'

const LARGEST_MAIL_BYTES = 10 * 1024 * 1024
/** A server made fast takes what waits after this long: by then it has heard which of its clients are gone. */
const HEARD_WITHIN_MS = 250

export interface MailSinkOptions {
  readonly ledger: Ledger
  readonly held: HeldMails
  readonly settings: MailSettings
  readonly log: (line: string) => void
}

/** Of a mail that waits to be accepted. */
interface Delay {
  readonly end: () => void
  readonly shorten: () => void
}

interface Connection {
  readonly socket: Socket
  readonly cause: Cause
}

export class MailSink {
  readonly #options: MailSinkOptions
  readonly #smtp: SMTPServer
  readonly #doors: TwoDoors
  /** The sockets that smtp-server was handed, by the port they come from: a session names its client only so. */
  readonly #connections = new Map<string, Connection>()
  readonly #delays = new Set<Delay>()
  #settings: MailSettings

  constructor(options: MailSinkOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#doors = new TwoDoors((socket, cause) => this.#serve(socket, cause))
    this.#smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      banner: 'the outside world takes your mail',
      size: LARGEST_MAIL_BYTES,
      logger: false,
      onData: (stream, session, done) => void this.#accept(stream, session).then(() => done(), done),
    })
    this.#smtp.on('error', (error: Error) => options.log(`mail: ${error.message}`))
  }

  get settings(): MailSettings {
    return this.#settings
  }

  /** Opens the ports even for a server that is to be stopped, so that they are known; then stops it. */
  async start(ports?: DoorPorts): Promise<DoorPorts> {
    const opened = await this.#doors.open(ports)
    if (!this.#settings.running) await this.#doors.close()
    return opened
  }

  async set(wanted: Partial<MailSettings>): Promise<void> {
    const before = this.#settings
    // First, because it may fail: another program can have taken the port. Then nothing has changed.
    if (!before.running && wanted.running === true) await this.#doors.open()
    this.#settings = { ...before, ...wanted }
    // Mails that wait now are waiting for the old delay; a server made fast again serves them soon.
    if (this.#settings.delayMs < before.delayMs) for (const { shorten } of this.#delays) shorten()
    if (before.running && !this.#settings.running) await this.#doors.close()
  }

  async close(): Promise<void> {
    for (const { end } of [...this.#delays]) end()
    await this.#doors.close()
  }

  #serve(socket: Socket, cause: Cause): void {
    const key = addressOf(socket.remoteAddress, socket.remotePort)
    this.#connections.set(key, { socket, cause })
    socket.once('close', () => this.#connections.delete(key))
    // What net.Server would do for a connection of smtp-server's own.
    this.#smtp.server.emit('connection', socket)
    socket.resume()
  }

  async #accept(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const connection = this.#connections.get(addressOf(session.remoteAddress, session.remotePort))
    const cause = connection?.cause ?? UNKNOWN_CAUSE
    const mail = await readMail(stream, session)
    const stayed = await this.#delay(connection?.socket)
    const hold = stayed && cause.pid !== null ? this.#options.held.take() : null
    this.#options.ledger.write({ effect: 'mail', ...mail, ...cause, refused: !stayed }, hold?.held)
    const outcome = stayed ? 'accepted' : 'NOT accepted, the client went away'
    this.#options.log(oneLine(`mail to ${mail.to ?? 'nobody'}: ${mail.summary} (${mail.key}): ${outcome}`))
    if (!stayed) throw new Error('the client went away before the mail was accepted')
    await hold?.released
  }

  /** False when the client went away before the delay was over. */
  #delay(socket: Socket | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (stayed: boolean): void => {
        clearTimeout(timer)
        this.#delays.delete(delay)
        socket?.off('close', gone)
        resolve(stayed)
      }
      const end = (): void => finish(socket?.destroyed !== true)
      const gone = (): void => finish(false)
      let timer = setTimeout(end, this.#settings.delayMs)
      const shorten = (): void => {
        clearTimeout(timer)
        timer = setTimeout(end, HEARD_WITHIN_MS)
      }
      const delay = { end, shorten }
      this.#delays.add(delay)
      socket?.once('close', gone)
      if (socket?.destroyed === true) gone()
    })
  }
}

class MailTooLarge extends Error {
  /** What smtp-server answers with: SMTP's own number for it. */
  readonly responseCode = 552
}

type MailRow = { readonly key: string; readonly summary: string; readonly to: string | null }

async function readMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<MailRow> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    if (!stream.sizeExceeded) chunks.push(chunk as Buffer) // smtp-server's stream carries Buffers
  }
  // smtp-server counts, and leaves the refusing to us: a client need not say the size beforehand.
  if (stream.sizeExceeded) throw new MailTooLarge(`this server takes mails of up to ${LARGEST_MAIL_BYTES} bytes`)
  const mail = await PostalMime.parse(Buffer.concat(chunks))
  const header = (name: string): string | null => mail.headers.find((one) => one.key === name)?.value ?? null
  const to = session.envelope.rcptTo.map((recipient) => recipient.address).join(', ')
  return {
    key: header('x-order-id') ?? mail.messageId ?? `session ${session.id}`,
    summary: mail.subject ?? '(no subject)',
    to: to === '' ? null : to,
  }
}

function addressOf(address: string | undefined, port: number | undefined): string {
  return `${(address ?? '').replace(/^::ffff:/, '')}:${port ?? 0}`
}
