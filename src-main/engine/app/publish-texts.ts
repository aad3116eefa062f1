/** Receivers of a message in another thread: what they are asked and answer, as JSON text. */
import { isObject } from '../message/shapes.js'
import type { DraftChanges, MessageDraft, PublishHooks } from '../message/publish-hooks.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { PublishTexts } from '../trace/task-runner.js'

export function hooksOf(texts: PublishTexts | null): PublishHooks {
  const { before = null, after = null } = texts ?? {}
  return {
    ...(before ? { before: async (draft) => changesIn(await before(textOf(draft)), draft) } : {}),
    ...(after ? { after: (draft) => after(textOf(draft)) } : {}),
  }
}

function textOf(draft: MessageDraft): string {
  const { name, headers, body, properties, exchange, routingKey, isProtocol2, retryPolicy } = draft
  return stringifyJson({ name, headers, body, properties, exchange, routingKey, isProtocol2, retryPolicy })
}

/** What is not as it must be stays as it was. */
function changesIn(text: string, { headers, body, properties }: MessageDraft): DraftChanges {
  const changes = parseJson(text)
  if (!isObject(changes)) return { headers, body, properties }
  return {
    headers: isObject(changes['headers']) ? changes['headers'] : headers,
    body: changes['body'] ?? body,
    properties: isObject(changes['properties']) ? changes['properties'] : properties,
  }
}
