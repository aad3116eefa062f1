/**
 * Paths with the worker's name in them: `worker-%n%I.log`. Celery: celery/utils/nodenames.py (node_format, host_format),
 * celery/utils/text.py (simple_format)
 */

/**
 * `%n` name, `%h` host, `%d` domain, `%p` the whole nodename, `%i` number of the process, `%I` the same after a dash and
 * nothing for the main process. @param index 0: the main process; then as their labels count, `ForkPoolWorker-2` is 2.
 * @throws Error, in Celery's words: a letter that stands for nothing.
 */
export function nodeFormat(text: string, nodename: string, index = 0): string {
  const at = nodename.indexOf('@')
  const [name, host] = at < 0 ? ['celery', nodename] : [nodename.slice(0, at), nodename.slice(at + 1)]
  const dot = host.indexOf('.')
  const keys: Readonly<Record<string, string>> = {
    n: name,
    h: host,
    d: dot < 0 ? '' : host.slice(dot + 1),
    p: nodename,
    i: String(index),
    I: index === 0 ? '' : `-${index}`,
  }
  return text.replaceAll(/%(\w)/g, (_, letter: string) => {
    const value = keys[letter]
    if (value === undefined) throw new Error(`Unknown format %${letter} in string '${text}'.`)
    return value
  })
}
