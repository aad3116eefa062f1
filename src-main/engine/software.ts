/**
 * What we say we are in worker events and banners: the Celery whose protocol and wording we keep, so that
 * monitors which look at it (flower, celery events) treat our workers as they treat Celery's.
 */
export const software = { ident: 'py-celery', version: '5.6.3', codename: 'recovery' } as const

/** Python's platform.system(). */
export function systemName(platform: string): string {
  return { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' }[platform] ?? platform
}
