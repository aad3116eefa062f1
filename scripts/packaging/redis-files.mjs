// Puts a redis-server into the package with the shared libraries it needs beyond the C library, which every Linux
// has. The app starts it with LD_LIBRARY_PATH set to lib/ (src-main/embedded-redis), so nothing is patched.
import { chmodSync, copyFileSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from '../setup/children.mjs'
import { findRedis } from '../setup/redis-binary.mjs'
import { SetupProblem } from '../setup/say.mjs'

/** Parts of glibc and of the kernel: they must be the system's own. */
const systemsOwn = /^(?:linux-vdso|ld-linux|libc|libm|libdl|librt|libpthread|libresolv)[.-]/

/** Paths of the libraries that the loader would use. `libssl.so.3 => /lib/…/libssl.so.3 (0x…)` */
async function librariesOf(program) {
  const { output } = await run('ldd', [program])
  return [...output.matchAll(/^\s*(\S+) => (\/\S+)/gm)]
    .map(([, name, path]) => ({ name, path }))
    .filter(({ name }) => !systemsOwn.test(basename(name)))
}

export async function bundleRedis(folder) {
  const redis = await findRedis()
  if (redis === null)
    throw new SetupProblem(
      'There is no redis-server to put into the package.',
      'Run `npm start` once: it finds or compiles one.',
    )
  const program = realpathSync(redis.file) // Debian's redis-server is a link to redis-check-rdb
  mkdirSync(join(folder, 'lib'), { recursive: true })
  copyFileSync(program, join(folder, 'redis-server'))
  chmodSync(join(folder, 'redis-server'), 0o755)
  for (const { name, path } of await librariesOf(program)) copyFileSync(path, join(folder, 'lib', name))
}
