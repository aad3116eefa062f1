// Imported first, and written for any Node that knows ES modules: an old Node gets one clear line, not a syntax error.
const wanted = 20
const found = process.versions.node

if (Number(found.split('.')[0]) < wanted) {
  console.error(
    'Celery From Zero needs Node ' + wanted + ' or newer, and this is Node ' + found + ' (' + process.execPath + ').',
  )
  console.error(
    'Nothing was installed or changed. Install a newer Node (see nodejs.org) and run the same command again.',
  )
  process.exit(1)
}
