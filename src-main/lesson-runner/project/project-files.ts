/**
 * The learner's lab as a project that runs on real Celery: their files as they are, what the lab gave them (a database, the hall) as
 * files of plain Python, and how to start it. Only builds texts; write-project.ts puts them on the disk.
 */
import { storesResults, type Topology } from '../../contract/topology.js'
import type { Files } from '../format/step-files.js'
import { beatCommand, composeFile, webCommand, workerCommand, type Needs } from './compose-file.js'

export interface ProjectParts {
  /** “Phase 5: Retries and error handling, step 9: Late and rejected”. */
  readonly place: string
  readonly files: Files
  readonly topology: Topology
  /** What stands in for the lab's own services: Texts of `database.py` and `hall.py`. */
  readonly standIns: { readonly database: string; readonly hall: string }
  readonly settingsPage: string
  /** Whose messages the engine writes. */
  readonly celeryVersion: string
}

export function projectFiles(parts: ProjectParts): Files {
  const { files, topology, standIns, settingsPage, celeryVersion } = parts
  const code = Object.values(files).join('\n')
  const needs: Needs = {
    database: 'database.py' in files,
    hall: code.includes('API_URL'),
    web: 'web.py' in files,
  }
  return {
    ...files,
    ...(needs.database ? { 'database.py': standIns.database } : {}),
    ...(needs.hall ? { 'hall.py': standIns.hall } : {}),
    'requirements.txt': `celery[redis]==${celeryVersion}\n${needs.web ? 'gunicorn\n' : ''}`,
    Dockerfile: DOCKERFILE,
    'compose.yaml': composeFile(topology, needs),
    'SETTINGS.md': settingsPage,
    'README.md': readme(parts, needs),
  }
}

const DOCKERFILE = `FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
`

function readme({ place, topology }: ProjectParts, needs: Needs): string {
  const store = storesResults(topology) ? ['export CELERY_RESULT_BACKEND=redis://localhost:6379/0'] : []
  const environment = [
    'export CELERY_BROKER_URL=redis://localhost:6379/0',
    ...store,
    'export RESULT_STORE_URL=redis://localhost:6379/0',
    'export MAIL_HOST=localhost MAIL_PORT=1025',
    ...(needs.hall ? ['export API_URL=http://localhost:8080'] : []),
  ]
  const terminals = [
    ...(needs.hall ? ['python hall.py 8080'] : []),
    ...topology.workers.map((worker) => workerCommand(worker).join(' ')),
    ...(topology.beat === undefined ? [] : [beatCommand().join(' ')]),
    ...(needs.web ? [webCommand(8000).join(' ')] : []),
  ]
  const changed = [
    ...(needs.database
      ? [
          '- `database.py` has the functions that you used, over one SQLite file. The lab’s own database is not in here. A real project has PostgreSQL there.',
        ]
      : []),
    ...(needs.hall ? ['- `hall.py` stands in for the hall’s seat-map service. It is quick and never fails.'] : []),
  ]
  return `# Harbour, from your lab

Your files of ${place}, to be run by real Celery.

## With containers

\`\`\`sh
docker compose up --build
\`\`\`

${needs.web ? 'Harbour is at http://localhost:8000, and what' : 'What'} was mailed at http://localhost:8025.

## By hand

You need Python, a Redis at port 6379, and a mail server for tests at port 1025 (Mailpit, say). Each line below \`pip\` is a terminal of its own, with these variables set:

\`\`\`sh
${environment.join('\n')}

pip install -r requirements.txt
${terminals.join('\n')}
\`\`\`

## What is in it

- Your own files, unchanged. They find the broker by \`CELERY_BROKER_URL\`.
${changed.length === 0 ? '' : `${changed.join('\n')}\n`}- \`SETTINGS.md\`: the settings that you chose, why, and what you saw when you met them. Times that the course shortens are named there, with the value for production.
- \`compose.yaml\` and \`Dockerfile\`: the processes of the lab, as containers.

## Before you deploy it

- Redis here has no password and keeps ${topology.redis?.appendOnly === true ? 'its changes in a file of the container' : 'nothing on the disk'}.
- ${needs.web ? 'gunicorn runs one process with one thread, as in the lab. ' : ''}Choose the number of processes by measuring.
`
}
